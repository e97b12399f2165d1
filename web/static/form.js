/* Makes a form of LeadLedger in your page answer in place. Without this file it works as well. */
"use strict";
(() => {
  const COOKIE_CHOICES = ["adConsent", "adStorage", "adUserData", "adPersonalization", "analyticsStorage"];
  const underscored = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

  async function takeToken(form) {
    const answer = await fetch(`${form.getAttribute("action")}/token`, { credentials: "omit" });
    const given = await answer.json();
    // a wording that was changed since is not the one that stands here: then the pasted token holds
    if (answer.ok && given.notice === form.dataset.notice) form.elements.shown.value = given.shown;
  }

  function sent(form) {
    const content = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") (content[name] ??= []).push(value);
    }
    content.page = [window.location.href];
    for (const name of COOKIE_CHOICES) {
      if (form.dataset[name]) content[underscored(name)] = [form.dataset[name]];
    }
    return JSON.stringify(content);
  }

  function clean(form) {
    for (const old of form.querySelectorAll("[data-leadledger-said]")) old.remove();
    for (const field of form.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    }
  }

  function say(form, text, after) {
    const said = document.createElement("p");
    said.textContent = text;
    said.dataset.leadledgerSaid = "";
    if (after) {
      said.id = `${after.id || after.name}-said`;
      after.setAttribute("aria-invalid", "true");
      after.setAttribute("aria-describedby", said.id);
      after.after(said);
    } else {
      said.setAttribute("role", "alert");
      form.append(said);
    }
  }

  function thank(form, answer) {
    if (answer.next) {
      window.location.assign(answer.next);
      return;
    }
    const done = document.createElement("div");
    done.tabIndex = -1;
    done.setAttribute("role", "status");
    for (const text of [answer.title, answer.message, answer.hint]) {
      if (text) done.append(Object.assign(document.createElement("p"), { textContent: text }));
    }
    form.replaceWith(done);
    done.focus();
  }

  async function send(form) {
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST",
      credentials: "omit",
      headers: { "content-type": "application/json" },
      body: sent(form),
    });
    const told = await answer.json();
    clean(form);
    if (answer.status === 202) {
      thank(form, told);
      return;
    }
    say(form, told.message);
    for (const [name, text] of Object.entries(told.mistakes)) {
      const field = form.elements[name];
      if (field instanceof Element) say(form, text, field);
    }
    form.querySelector("[aria-invalid]")?.focus();
    if (answer.status === 409) await takeToken(form);
  }

  function enhance(form) {
    takeToken(form).catch(() => {});
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = form.querySelector("[type=submit]");
      button.disabled = true;
      send(form)
        // whatever kept the script from it, the browser can still send the form by itself
        .catch(() => HTMLFormElement.prototype.submit.call(form))
        .finally(() => { button.disabled = false; });
    });
  }

  document.querySelectorAll("form[data-leadledger]").forEach(enhance);
})();
