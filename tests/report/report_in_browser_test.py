"""report_in_browser_test.py PROBE: the report in headless Chromium: no console errors, nothing wider than a phone, tables
that sort, ten thousand runs at once, no page of paper in vain. Exit 77 (skipped) where there is no Chromium."""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

CHECK = """
const page = frame.contentDocument, view = frame.contentWindow, found = {};
found.overflow = page.documentElement.scrollWidth - view.innerWidth;
found.width = view.innerWidth;
const table = page.getElementById("runs");
const column = [...table.tHead.rows[0].cells].findIndex(th => th.textContent === "seed");
const seeds = () => [...table.tBodies[0].rows].map(row => Number(row.cells[column].textContent));
const click = () => table.tHead.rows[0].cells[column].querySelector("button").click();
found.rows = table.tBodies[0].rows.length;
click(); found.up = seeds(); found.sort = table.tHead.rows[0].cells[column].getAttribute("aria-sort");
click(); found.down = seeds();
const find = page.getElementById("find");
find.value = "threshold"; find.dispatchEvent(new view.Event("input"));
found.found = table.tBodies[0].rows.length;
found.pictures = page.querySelectorAll("figure svg, figure img").length;
const ids = [...page.querySelectorAll("[id]")].map(element => element.id);
found.repeated_ids = ids.length - new Set(ids).size;
found.scripts = page.scripts.length;
// On paper, nothing that lies beyond the edge can be reached: hide what is hidden there, and measure on the width of A4.
found.cut = [];
for (const sheet of page.styleSheets) for (const rule of [...sheet.cssRules])
  if (rule.media && rule.media.mediaText === "print") for (const inner of rule.cssRules) sheet.insertRule(inner.cssText, sheet.cssRules.length);
frame.style.width = "718px";
for (const scroll of page.querySelectorAll(".scroll"))
  if (scroll.scrollWidth > scroll.clientWidth + 1) found.cut.push(scroll.className + " " + scroll.scrollWidth);
found.outside = [...page.querySelectorAll("[src], link[href]")].filter(element => !/^(data:)/.test(element.getAttribute("src") || element.getAttribute("href"))).length;
found.text = page.body.innerText.slice(0, 4000);
"""


def harness(width):
    return f"""<!DOCTYPE html><meta charset="utf-8"><iframe id="frame" src="report.html" style="width:{width}px;height:900px;border:0"></iframe>
<pre id="found"></pre><script>
const frame = document.getElementById("frame");
frame.onload = () => {{ try {{ {CHECK} document.getElementById("found").textContent = JSON.stringify(found); }}
  catch (error) {{ document.getElementById("found").textContent = JSON.stringify({{error: String(error)}}); }} }};
</script>"""


def run_browser(browser, *arguments):
    with tempfile.TemporaryDirectory() as profile:
        return subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--enable-logging=stderr",
             f"--user-data-dir={profile}", "--virtual-time-budget=20000", *arguments],
            capture_output=True, text=True, timeout=150)


def open_in_browser(browser, folder, page):
    """What the page's checks found, and what the console said."""
    done = run_browser(browser, "--dump-dom", f"file://{folder}/{page}")
    found = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.S)
    assert found and found[1], (done.stdout[-2000:], done.stderr[-2000:])
    text = found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    return json.loads(text), [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def count_printed_pages(browser, folder):
    done = run_browser(browser, f"--print-to-pdf={folder}/report.pdf", f"file://{folder}/report.html")
    pdf = (folder / "report.pdf").read_bytes()
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert pages > 0, done.stderr[-2000:]
    return pages


def check(browser, probe, seeds, more):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        subprocess.run([probe, folder, str(seeds), str(more)], check=True)
        (folder / "phone.html").write_text(harness(375))
        began = time.monotonic()
        found, console = open_in_browser(browser, folder, "phone.html")
        print(f"{5 * seeds + more} runs: {(folder / 'report.html').stat().st_size / 1e6:.1f} MB, opened and checked in "
              f"{time.monotonic() - began:.1f} s")
        pages = count_printed_pages(browser, folder)
    assert "error" not in found, found["error"]
    assert not console, console
    assert found["width"] == 375 and found["overflow"] <= 0, (found["width"], found["overflow"])
    assert found["rows"] == min(100, 5 * seeds + more), found["rows"]
    assert found["up"] == sorted(found["up"]) and found["sort"] == "ascending"
    assert found["down"] == sorted(found["down"], reverse=True) and found["down"][0] > found["down"][-1]
    assert found["found"] == min(100, seeds + more // 5), found["found"]
    assert found["pictures"] == 15, found["pictures"]
    # Claims, a page for a figure, the plan and a hundred runs, where they come from.
    assert 8 <= pages <= 15 + 6, f"{pages} printed pages"
    assert not found["cut"], found["cut"]
    assert found["repeated_ids"] == 0 and found["outside"] == 0
    assert found["scripts"] == 2, "the runs' data and the page's own script; no other came in by a text"
    assert "<script>alert" in found["text"] and "synthetic data" in found["text"]


def main():
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        print("SKIPPED: there is no Chromium; install the Debian package chromium to test report.html in a browser")
        sys.exit(77)
    check(browser, sys.argv[1], seeds=2, more=0)
    check(browser, sys.argv[1], seeds=1, more=10000)


main()
