// Shows /openapi.json as a page and sends a request on demand. Everything read is put in as text, never as HTML.
"use strict";

const make = (tag, text = "", attributes = {}) => {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

const resolve = (schema, all) => (schema && schema.$ref ? all[schema.$ref.split("/").pop()] : schema) || {};

const kind = (schema, all) => {
  if (schema.$ref) return kind(resolve(schema, all), all);
  if (schema.anyOf) return [...new Set(schema.anyOf.map((each) => kind(each, all)))].join(" 或 ");
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.type === "array") return `[${kind(schema.items || {}, all)}, …]`;
  return schema.type || "任意";
};

function table(rows) {
  const element = make("table");
  const head = element.createTHead().insertRow();
  for (const name of ["名称", "类型", "说明"]) head.append(make("th", name, { scope: "col" }));
  const body = element.createTBody();
  for (const [name, type, about] of rows) {
    const row = body.insertRow();
    row.insertCell().append(make("code", name));
    row.insertCell().textContent = type;
    row.insertCell().textContent = about;
  }
  return element;
}

const said = (about, required) => [about || "", required ? "必填" : ""].filter(Boolean).join("；");

const fields = (schema, all, required = []) =>
  Object.entries(schema.properties || {}).map(([name, field]) => [
    name,
    kind(field, all),
    said(field.description, required.includes(name)),
  ]);

const example = (schema) =>
  Object.fromEntries(
    Object.entries(schema.properties || {})
      .filter(([name, field]) => field.examples || (schema.required || []).includes(name))
      .map(([name, field]) => [name, field.examples ? field.examples[0] : ""]),
  );

const bodyOf = (operation, all) => {
  const content = operation.requestBody && operation.requestBody.content["application/json"];
  return content ? resolve(content.schema, all) : null;
};

const resultOf = (operation, all) => {
  const content = (operation.responses["200"] || {}).content;
  const schema = content && content["application/json"] && resolve(content["application/json"].schema, all);
  return schema && schema.properties ? schema : null;
};

async function send(request, output, button) {
  button.disabled = true;
  output.hidden = false;
  output.textContent = "……";
  try {
    const answer = await fetch(request.url, request.options);
    const head = `HTTP ${answer.status}\n`;
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      text += decoder.decode(value, { stream: !done });
      output.textContent = head + text;
      if (done) break;
    }
    try {
      output.textContent = head + JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      // Events and metrics are no JSON: they stay as they came.
    }
  } catch (error) {
    output.textContent = `没有得到回应：${error.message}`;
  }
  button.disabled = false;
}

function trial(method, path, operation, body) {
  const form = make("div", "", { class: "try" });
  form.append(make("h2", "试一试"));
  const inputs = (operation.parameters || []).map((parameter) => {
    const label = make("label", parameter.name);
    const input = make("input", "", { type: "text" });
    label.append(input);
    form.append(label);
    return [parameter, input];
  });
  const area = body && make("textarea", "", { rows: "8", spellcheck: "false", "aria-label": "请求体" });
  if (area) {
    area.value = JSON.stringify(example(body), null, 2);
    form.append(area);
  }
  const button = make("button", "发送", { type: "button" });
  const output = make("pre", "", { "aria-label": "回应" });
  output.hidden = true;
  button.addEventListener("click", () => {
    let url = path;
    const query = new URLSearchParams();
    for (const [parameter, input] of inputs) {
      if (parameter.in === "path") url = url.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
      else if (input.value) query.set(parameter.name, input.value);
    }
    const headers = area ? { "Content-Type": "application/json" } : {};
    const key = document.getElementById("key").value;
    if (key) headers.Authorization = `Bearer ${key}`;
    const options = { method: method.toUpperCase(), headers, body: area ? area.value : undefined };
    send({ url: query.size ? `${url}?${query}` : url, options }, output, button);
  });
  form.append(button, output);
  return form;
}

function door(method, path, operation, all) {
  const box = make("details");
  const summary = make("summary");
  summary.append(make("b", method.toUpperCase()), make("code", path), make("span", `　${operation.summary || ""}`));
  const inside = make("div", "", { class: "body" });
  inside.append(make("p", operation.description || ""));
  const body = bodyOf(operation, all);
  const parameters = (operation.parameters || []).map((each) => [
    each.name,
    kind(each.schema || {}, all),
    said(each.description || (each.schema || {}).description, each.required),
  ]);
  if (parameters.length) inside.append(make("h2", "参数"), table(parameters));
  if (body) inside.append(make("h2", "请求体"), table(fields(body, all, body.required || [])));
  const result = resultOf(operation, all);
  if (result) inside.append(make("h2", "得到"), table(fields(result, all)));
  inside.append(trial(method, path, operation, body));
  box.append(summary, inside);
  return box;
}

async function show() {
  const doors = document.getElementById("doors");
  try {
    const api = await (await fetch("/openapi.json")).json();
    const all = (api.components || {}).schemas || {};
    document.getElementById("about").textContent = api.info.description || "";
    doors.textContent = "";
    for (const [path, methods] of Object.entries(api.paths)) {
      for (const [method, operation] of Object.entries(methods)) doors.append(door(method, path, operation, all));
    }
  } catch (error) {
    doors.textContent = `读不到 /openapi.json：${error.message}`;
  }
}

show();
