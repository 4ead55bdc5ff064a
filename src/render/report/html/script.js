"use strict";
(function () {
  const form = document.getElementById("filters");
  if (!form) return;
  const findings = Array.from(document.querySelectorAll(".finding"));
  const texts = findings.map((finding) => finding.textContent.toLowerCase());
  const told = form.querySelector("output");
  const chosen = (name) => form.elements.namedItem(name).value;
  function filter() {
    const severities = new Set(Array.from(form.querySelectorAll("[name=severity]:checked"), (box) => box.value));
    const words = chosen("text").toLowerCase().split(/\s+/).filter(Boolean);
    const [principle, rule, root] = [chosen("principle"), chosen("rule"), chosen("root")];
    let shown = 0;
    findings.forEach((finding, at) => {
      const data = finding.dataset;
      const fits = severities.has(data.severity)
        && (!principle || data.principle === principle)
        && (!rule || data.rule === rule)
        && (!root || data.roots.split(" ").includes(root))
        && words.every((word) => texts[at].includes(word));
      finding.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    told.textContent = shown + " of " + findings.length + " shown";
  }
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter, 0));
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();
})();
