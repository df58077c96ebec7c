import * as assert from "uvu/assert";
import { markup } from "../../../infrastructure/report/markup.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("markup");

test("markup escapes values", () => {
  assert.is(
    markup`<a title="${`"'`}">${"<script> & co"}</a>`.text,
    '<a title="&quot;&#39;">&lt;script&gt; &amp; co</a>',
  );
});

test("markup leaves markup as it is, joins lists and writes nothing for null and false", () => {
  const items = ["a", "<b>"].map((item) => markup`<li>${item}</li>`);
  assert.is(markup`<ul>${items}${null}${false}${0}</ul>`.text, "<ul><li>a</li><li>&lt;b&gt;</li>0</ul>");
});

test("markup has a sign for what cannot be written", () => {
  assert.is(markup`${"a\0\u001b\ud800\uffff\tb\nc\u{1f600}"}`.text, "a\ufffd\ufffd\ufffd\ufffd\tb\nc\u{1f600}");
});
