// html-validate as a service: one JSON line in ({name, html}), one JSON line out (a list of problems).
import { createInterface } from "node:readline";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

// All pages have the same rules: to put them together for each takes a fifth of its time.
class SameForAll extends StaticConfigLoader {
  #rules;

  getConfigFor(name) {
    return (this.#rules ??= super.getConfigFor(name));
  }
}

const validator = new HtmlValidate(
  new SameForAll({
    extends: ["html-validate:recommended"],
    elements: ["html5"],
    rules: {
      // How a template is indented is nobody's business but its author's.
      "no-trailing-whitespace": "off",
      "attribute-boolean-style": "off",
      "attr-quotes": "off",
      "void-style": "off",
      "doctype-style": "off",
      // Sections and lists are named where no heading of theirs is seen; checkboxes of a group share a name.
      "aria-label-misuse": ["error", { allowAnyNamable: true }],
      "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "reset", "submit"] }],
      // Titles name the page and the Office, and neither is shortened.
      "long-title": "off",
    },
  }),
);

for await (const line of createInterface({ input: process.stdin })) {
  const { name, html } = JSON.parse(line);
  const report = await validator.validateString(html, name);
  const problems = report.results.flatMap((result) =>
    result.messages.map(({ line, ruleId, message }) => `${name}:${line} ${ruleId}: ${message}`),
  );
  process.stdout.write(JSON.stringify(problems) + "\n");
}
