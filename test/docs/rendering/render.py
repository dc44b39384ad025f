"""Renders Markdown with the libraries of GitHub and PyPI: from a list of texts to a list of HTML and of what the library warns of."""

import io
import json
import sys

import cmarkgfm
from cmarkgfm.cmark import Options
from readme_renderer import markdown


def github(text: str) -> dict:
    # GitHub takes out what is dangerous afterwards; the library would take out all HTML.
    return {"html": cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE), "warnings": ""}


def pypi(text: str) -> dict:
    warnings = io.StringIO()
    html = markdown.render(text, variant="GFM", stream=warnings)
    if html is None:
        return {"html": "", "warnings": warnings.getvalue() or "the text cannot be rendered"}
    return {"html": html, "warnings": warnings.getvalue()}


render = {"github": github, "pypi": pypi}[sys.argv[1]]
json.dump([render(text) for text in json.load(sys.stdin)], sys.stdout)
