"""A hook of mkdocs (make docs): what documents link beside docs/ becomes a page of the site, or a copy in it.

So every link leads where it leads in the repository, and the site needs no address of one.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("CONTRIBUTING.md", "CHANGELOG.md")  # beside docs/, and pages all the same
HOME = {"README.md": "index.md"}
# A fenced block is taken whole, so that nothing in it is taken for a link.
LINK = re.compile(
    r"^```.*?^```|\[(?P<text>[^\]]*)\]\((?P<path>[^)\s#:]+)(?P<anchor>#[^)\s]*)?\)", re.MULTILINE | re.DOTALL
)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for name in PAGES:
        files.append(File.generated(config, name, abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    here = page.file.src_uri
    folder = (ROOT / "docs" / here).parent if here not in PAGES else ROOT

    def lead(link: re.Match[str]) -> str:
        if link["path"] is None:
            return link[0]
        target = (folder / link["path"]).resolve()
        if target.is_dir():
            return link["text"]
        uri = _uri(target.relative_to(ROOT).as_posix())
        if uri.startswith("source/") and files.get_file_from_path(uri) is None:
            files.append(File.generated(config, uri, abs_src_path=str(target)))
        return f"[{link['text']}]({posixpath.relpath(uri, posixpath.dirname(here))}{link['anchor'] or ''})"

    return LINK.sub(lead, markdown)


def _uri(path: str) -> str:
    """Where a file of the repository stands in the site."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    if path in PAGES or path in HOME:
        return HOME.get(path, path)
    return f"source/{path}.txt"  # shown as it is by any browser
