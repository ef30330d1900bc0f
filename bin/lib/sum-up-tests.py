"""Sums up surefire's reports that are newer than a file: one line of counts, and the output of what failed.

Usage: sum-up-tests.py ROOT STAMP. Exit 1 if no test ran or one failed.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree

root, stamp = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).stat().st_mtime
counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
modules = [*root.glob("*/target"), *root.glob("examples/*/target")]
for report in sorted(report for module in modules for report in module.glob("surefire-reports/TEST-*.xml")):
    if report.stat().st_mtime < stamp:
        continue
    suite = ElementTree.parse(report).getroot()
    here = {name: int(suite.get(name, 0)) for name in counts}
    for name, value in here.items():
        counts[name] += value
    for case in suite.iter("testcase"):
        if case.find("skipped") is not None:
            print(f"skipped: {case.get('classname')}.{case.get('name')}")
    output = report.with_name(report.name[len("TEST-"):-len(".xml")] + "-output.txt")
    if (here["failures"] or here["errors"]) and output.exists():
        print(f"--- last output of {output.name[:-len('-output.txt')]}")
        print("\n".join(output.read_text(errors="replace").splitlines()[-60:]))
print(", ".join(f"{value} {name}" for name, value in counts.items()))
sys.exit(0 if counts["tests"] and not counts["failures"] and not counts["errors"] else 1)
