// What pages cannot do by HTML alone. Everything that changes something is a form and works without this file.
"use strict";
(function () {
  const CHANNEL = "ledgerlink";
  const WINDOW = "ledgerlink-connect";

  // After the address has told who comes, it need not stay in the history.
  function forgetQuery() {
    if (document.querySelector("[data-forget-query]")) { history.replaceState(null, "", location.pathname); }
  }

  // The page after the consent: tell whoever waits for it, and close the window if it was opened for this.
  function finishConnect() {
    const page = document.querySelector("[data-connected]");
    if (!page) { return; }
    const message = { type: "ledgerlink.connected", connection: JSON.parse(page.dataset.connected) };
    new BroadcastChannel(CHANNEL).postMessage(message);
    if (!page.dataset.closeAfter) { return; }
    if (window.opener && !isOurs(window.opener)) {
      for (const origin of page.dataset.openers.split(" ").filter(Boolean)) { window.opener.postMessage(message, origin); }
    }
    setTimeout(function () { window.close(); }, Number(page.dataset.closeAfter));
  }

  // A page of ours hears it by the channel.
  function isOurs(opener) {
    try { return opener.location.origin === location.origin; } catch { return false; }
  }

  // Connecting opens a window where the browser allows one; otherwise this page itself goes to Intuit. The form
  // says which, since nothing else survives Intuit's pages: they may cut the tie between the two windows.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.matches("[data-popup]")) { return; }
    const kind = form.elements.namedItem("window");
    const popup = openWindow();
    form.target = popup ? WINDOW : "";
    kind.value = popup ? "popup" : "";
    if (!popup) { return; }
    say("Go on in the window that has opened.");
    const waiting = setInterval(function () {
      if (popup.closed) { clearInterval(waiting); refresh(); }
    }, 500);
  });

  function openWindow() {
    const width = 640, height = 760;
    const left = Math.max(0, window.screenX + (window.outerWidth - width) / 2);
    const top = Math.max(0, window.screenY + (window.outerHeight - height) / 2);
    return window.open("", WINDOW, `popup,width=${width},height=${height},left=${left},top=${top}`);
  }

  new BroadcastChannel(CHANNEL).addEventListener("message", function (event) {
    refresh();
    say(`${event.data.connection.company_name || "The company"} is connected.`);
  });

  // To who cannot see what has changed.
  function say(text) {
    const told = document.getElementById("told");
    if (told) { told.textContent = text; }
  }

  // The parts of a page that change when a company is connected.
  function refresh() {
    if (document.getElementById("connections")) {
      htmx.ajax("GET", location.pathname, { target: "#connections", select: "#connections", swap: "outerHTML" });
    }
  }

  // A link that looks like a button acts like one: Space presses it too.
  document.addEventListener("keydown", function (event) {
    const link = event.key === " " && event.target.closest("a[role=button]");
    if (link) { event.preventDefault(); link.click(); }
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-close]")) { window.close(); }
    const copy = event.target.closest("[data-copy]");
    if (copy) { navigator.clipboard.writeText(copy.dataset.copy).then(function () { copy.textContent = "Copied"; }); }
  });

  // Why something failed: the browser opens it by tap and closes it by Escape; here it opens by hover and focus too.
  let leaving = 0;
  const panelOf = function (why) { return why.querySelector(".panel"); };
  const isOpen = function (panel) { return panel.matches(":popover-open"); };
  function openWhy(why) {
    clearTimeout(leaving);
    const panel = panelOf(why);
    if (!isOpen(panel)) { panel.showPopover(); }
    const button = why.querySelector("[data-why]").getBoundingClientRect();
    const space = document.documentElement;
    panel.dataset.placed = "";
    const below = button.bottom + 4;
    const fits = below + panel.offsetHeight + 8 <= space.clientHeight;
    panel.style.margin = "0";
    panel.style.left = Math.max(8, Math.min(button.left, space.clientWidth - panel.offsetWidth - 8)) + "px";
    panel.style.top = Math.max(8, fits ? below : Math.min(button.top - panel.offsetHeight - 4,
      space.clientHeight - panel.offsetHeight - 8)) + "px";
  }
  function closeWhy(why) {
    const panel = panelOf(why);
    if (isOpen(panel)) { panel.hidePopover(); }
    delete panel.dataset.kept;
  }
  document.addEventListener("pointerover", function (event) {
    const why = event.pointerType === "mouse" && event.target.closest(".why");
    if (why) { openWhy(why); }
  });
  document.addEventListener("pointerout", function (event) {
    const why = event.pointerType === "mouse" && event.target.closest(".why");
    if (!why || why.contains(event.relatedTarget) || "kept" in panelOf(why).dataset) { return; }
    // Between the badge and what it says is a gap.
    leaving = setTimeout(function () { closeWhy(why); }, 200);
  });
  document.addEventListener("focusin", function (event) {
    const why = event.target.closest(".why");
    if (why && event.target.matches("[data-why]:focus-visible")) { openWhy(why); }
  });
  document.addEventListener("focusout", function (event) {
    const why = event.target.closest(".why");
    if (why && !why.contains(event.relatedTarget) && event.relatedTarget) { closeWhy(why); }
  });
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-why]");
    if (!button) { return; }
    event.preventDefault();
    const why = button.closest(".why");
    const panel = panelOf(why);
    // A key closes what the focus has opened; a mouse first keeps what it has opened by being there.
    const closes = isOpen(panel) && (event.detail === 0 || "kept" in panel.dataset);
    if (closes) { closeWhy(why); } else { openWhy(why); panel.dataset.kept = ""; }
  });
  document.addEventListener("toggle", function (event) {
    if (event.newState === "closed") { delete event.target.dataset.kept; }
  }, true);
  document.addEventListener("scroll", function () {
    const open = document.querySelector(".why .panel:popover-open");
    if (open) { openWhy(open.closest(".why")); }
  }, true);

  // All of a page are ticked at once, and how many are ticked is told.
  function countTicks(form) {
    const all = form.querySelector("[data-all]");
    const boxes = Array.from(form.querySelectorAll("input[name=document]"));
    const ticked = boxes.filter(function (box) { return box.checked; }).length;
    all.hidden = false;
    all.querySelector("input").checked = ticked === boxes.length;
    all.querySelector("input").indeterminate = ticked > 0 && ticked < boxes.length;
    form.querySelector("[data-ticked]").value = ticked ? ticked + " ticked" : "";
  }
  document.addEventListener("change", function (event) {
    const form = event.target.closest("[data-ticks]");
    if (!form) { return; }
    if (event.target.closest("[data-all]")) {
      form.querySelectorAll("input[name=document]").forEach(function (box) { box.checked = event.target.checked; });
    }
    countTicks(form);
  });

  // An error in a piece that is fetched again and again leaves the piece as it was; the next try may succeed.
  document.addEventListener("htmx:beforeSwap", function (event) {
    const status = event.detail.xhr.status;
    if (status >= 400 && event.detail.target !== document.body) { event.detail.shouldSwap = false; }
  });
  // A new page is announced, and the keyboard goes on at its beginning.
  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.detail.target !== document.body) { return; }
    document.getElementById("content").focus();
    started();
  });

  function started() { document.querySelectorAll("[data-ticks]").forEach(countTicks); forgetQuery(); finishConnect(); }
  started();
})();
