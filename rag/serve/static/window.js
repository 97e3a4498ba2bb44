() => {
  // The original document: opens places, marks words, keeps outline and title in step. It fetches nothing;
  // where another document is needed it says so, and the server renders it.
  const $ = (selector, root = document) => root.querySelector(selector);
  const article = () => $("#cw-panel article");
  const narrow = window.matchMedia("(max-width: 899px)");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let wanted = null; // the place to show once its document is there
  let opener = null; // where the focus goes back to when the original is closed on a narrow screen

  document.documentElement.lang = "zh-CN";
  document.body.classList.remove("dark");

  // Offsets count code points; a string of JavaScript counts UTF-16 units.
  const units = (text, points) => {
    let at = 0;
    for (let seen = 0; seen < points && at < text.length; seen++) at += text.codePointAt(at) > 0xffff ? 2 : 1;
    return at;
  };
  const points = (text) => { let n = 0; for (const _ of text) n++; return n; };

  const clear = (root) => root.querySelectorAll("mark").forEach((mark) => {
    const parent = mark.parentNode;
    mark.replaceWith(...mark.childNodes);
    parent.normalize();
  });

  const markParagraph = (paragraph, start, end) => {
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    const pieces = [];
    let at = Number(paragraph.dataset.at);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const length = points(node.data);
      const low = Math.max(start, at) - at, high = Math.min(end, at + length) - at;
      if (low < high) pieces.push([node, units(node.data, low), units(node.data, high)]);
      at += length;
    }
    return pieces.map(([node, low, high]) => {
      const range = document.createRange();
      range.setStart(node, low);
      range.setEnd(node, high);
      const mark = document.createElement("mark");
      range.surroundContents(mark);
      return mark;
    });
  };

  const scrollTo = (box, element, share) => {
    const gap = element.getBoundingClientRect().top - box.getBoundingClientRect().top;
    const top = box.scrollTop + gap - box.clientHeight * share;
    box.scrollTo({ top, behavior: still.matches ? "auto" : "smooth" });
  };

  const follow = (root, start) => {
    // The entry of the last part that begins at or before the place.
    let current = null;
    root.querySelectorAll(".cw-entry").forEach((entry) => {
      entry.removeAttribute("aria-current");
      if (Number(entry.dataset.start) <= start) current = entry;
    });
    if (!current) return;
    current.setAttribute("aria-current", "location");
    const box = $(".cw-outline", root);
    const outer = box.getBoundingClientRect(), inner = current.getBoundingClientRect();
    if (inner.top < outer.top || inner.bottom > outer.bottom) box.scrollTop += inner.top - outer.top - outer.height / 3;
  };

  const openPanel = (open) => {
    document.body.classList.toggle("cw-open", open);
    if (!narrow.matches) return;
    if (open) $(".cw-pages")?.focus({ preventScroll: true });
    else opener?.focus();
  };
  const showOutline = (shown) => {
    const root = article();
    root?.classList.toggle("cw-contents", shown);
    $("[data-action=outline]", root ?? document)?.setAttribute("aria-expanded", String(shown));
  };

  const show = (place) => {
    const root = article();
    if (!root || root.dataset.document !== place.document) {
      wanted = place;
      document.dispatchEvent(new CustomEvent("cewen:document", { detail: { document: place.document } }));
      return;
    }
    wanted = null;
    clear(root);
    openPanel(true);
    showOutline(false);
    const marks = [];
    root.querySelectorAll("p[data-at]").forEach((paragraph) => {
      if (Number(paragraph.dataset.to) > place.start && Number(paragraph.dataset.at) < place.end)
        marks.push(...markParagraph(paragraph, place.start, place.end));
    });
    if (place.heading) marks.forEach((mark) => mark.classList.add("cw-here"));
    $(".cw-place", root).textContent = place.name;
    follow(root, place.start);
    if (marks.length) scrollTo($(".cw-pages", root), marks[0], place.heading ? 0.06 : 0.25);
  };

  const actions = {
    open: (button) => { opener = button; openPanel(true); },
    close: () => openPanel(false),
    literal: () => document.dispatchEvent(new CustomEvent("cewen:literal")),
    said: (button) => {
      const detail = { right: button.dataset.right === "true" };
      document.dispatchEvent(new CustomEvent("cewen:said", { detail }));
      button.parentElement.textContent = button.dataset.thanks;
    },
    outline: (button) => showOutline(button.getAttribute("aria-expanded") !== "true"),
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.action in actions) return actions[button.dataset.action](button);
    if (button.dataset.start === undefined) return;
    const heading = button.classList.contains("cw-entry");
    if (!heading) {
      opener = button;
      document.querySelectorAll("#cw-chat [aria-pressed]").forEach((other) => other.removeAttribute("aria-pressed"));
      button.setAttribute("aria-pressed", "true");
    }
    const { document: id, start, end, place } = button.dataset;
    show({ document: id, start: Number(start), end: Number(end), name: place, heading });
  });

  document.addEventListener("keydown", (event) => {
    // The Enter that picks a word in a Chinese input method must not send the question.
    if (event.isComposing || event.keyCode === 229) event.stopPropagation();
    if (event.key === "Escape" && document.body.classList.contains("cw-open")) openPanel(false);
  }, true);

  // While an answer grows, what would change the conversation under it is out of reach.
  const busy = (is) => {
    $("#cw-current")?.setAttribute("aria-busy", String(is));
    for (const id of ["#cw-new", "#cw-language"]) $(id)?.toggleAttribute("inert", is);
  };
  document.addEventListener("cewen:done", () => busy(false));

  const watch = (element, then) =>
    element && new MutationObserver(then).observe(element, { childList: true, subtree: true, characterData: true });
  watch($("#cw-panel"), () => {
    if (wanted && article()?.dataset.document === wanted.document) show(wanted);
  });
  watch($("#cw-current"), () => {
    const scroll = $("#cw-scroll"), newest = $("#cw-current .cw-exchange");
    document.body.classList.toggle("cw-asked", Boolean(newest));
    if ($("#cw-current .cw-pending")) busy(true);
    document.body.classList.toggle("cw-drafting", Boolean($("#cw-current .cw-writing")));
    if (newest) scroll.scrollTop += newest.getBoundingClientRect().top - scroll.getBoundingClientRect().top - 16;
  });
  $("#cw-current")?.setAttribute("aria-live", "polite");
  busy(false);
  $("#cw-scroll")?.setAttribute("tabindex", "0");
};
