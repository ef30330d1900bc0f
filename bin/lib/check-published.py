"""Holds two Maven repositories, each of one deployment of the same sources, against what is promised of them.

Usage: check-published.py FIRST SECOND. Exit 1 and a line each for what is wrong.
"""

import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

POM = {"": "http://maven.apache.org/POM/4.0.0"}
wrong = []


def files(repository):
    """Every file but Maven's own lists, by its path without the time that snapshots carry."""
    found = {}
    for path in sorted(pathlib.Path(repository).rglob("*")):
        if path.is_file() and not path.name.startswith("maven-metadata") and not path.suffix in (".md5", ".sha1"):
            name = re.sub(r"-\d{8}\.\d{6}-\d+", "-SNAPSHOT", str(path.relative_to(repository)))
            found[name] = path
    return found


def parts(one, other):
    """What differs inside two jars, or nothing where they are none."""
    if one.suffix != ".jar":
        return ""
    with zipfile.ZipFile(one) as left, zipfile.ZipFile(other) as right:
        names = sorted(set(left.namelist()) | set(right.namelist()))
        unlike = [name for name in names if name not in left.namelist() or name not in right.namelist()
                  or left.read(name) != right.read(name)]
    return ": " + (", ".join(unlike[:5]) or "order or times of the entries")


def check_pom(name, path):
    """A published pom needs no parent, and no property of the machine that built it."""
    pom = ElementTree.parse(path).getroot()
    for element in ("parent", "properties", "repositories", "build"):
        if pom.find(element, POM) is not None:
            wrong.append(f"{name} has <{element}>")
    for element in ("name", "description", "licenses"):
        if pom.find(element, POM) is None:
            wrong.append(f"{name} has no <{element}>")
    if "${" in path.read_text().replace("${project.version}", ""):
        wrong.append(f"{name} has properties that are not resolved")
    for dependency in pom.findall("dependencies/dependency", POM):
        if dependency.find("version", POM) is None:
            wrong.append(f"{name} has a dependency without a version")
    return pom


def check_sbom(name, path, pom):
    """An SBOM names at least what its pom depends on."""
    listed = {component["name"] for component in json.loads(path.read_text())["components"]}
    for dependency in pom.findall("dependencies/dependency/artifactId", POM):
        if dependency.text not in listed:
            wrong.append(f"{name} does not list {dependency.text}")


first, second = files(sys.argv[1]), files(sys.argv[2])
for name in sorted(first.keys() ^ second.keys()):
    wrong.append(f"{name} was made once only")
for name in sorted(first.keys() & second.keys()):
    if first[name].read_bytes() != second[name].read_bytes():
        wrong.append(f"{name} differs{parts(first[name], second[name])}")

poms = {name: check_pom(name, path) for name, path in first.items() if name.endswith(".pom")}
modules = set()
for name, pom in poms.items():
    if pom.findtext("packaging", namespaces=POM) == "pom":
        continue
    modules.add(pom.findtext("artifactId", namespaces=POM))
    for suffix in (".jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json"):
        if name.removesuffix(".pom") + suffix not in first:
            wrong.append(f"{name.removesuffix('.pom')}{suffix} is missing")
    if (sbom := name.removesuffix(".pom") + "-cyclonedx.json") in first:
        check_sbom(sbom, first[sbom], pom)

managed = {dependency.text for name, pom in poms.items() if "/nixl-bom/" in name
           for dependency in pom.findall("dependencyManagement/dependencies/dependency/artifactId", POM)}
for module in sorted(modules ^ managed):
    wrong.append(f"{module} is {'published' if module in modules else 'in nixl-bom'} only")
if not modules:
    wrong.append("nothing was published")

print("\n".join(wrong) or f"{len(first)} files of {len(modules)} modules and nixl-bom, twice the same")
sys.exit(1 if wrong else 0)
