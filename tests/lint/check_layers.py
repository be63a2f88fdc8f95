#!/usr/bin/env python3
"""Fail when a file includes a header of a layer that LAYERS does not allow it, when a project
header is included without its layer, when a private header leaves its folder, on a cycle, or when
a fenced library's header is included outside its fence."""
import pathlib, re, sys

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
allowed, fences = {}, {}
for line in (root / "LAYERS").read_text().splitlines():
    if not line.strip() or line.startswith("#"):
        continue
    name, _, deps = line.partition(":")
    if name.startswith("fence "):
        fences[name.removeprefix("fence ")] = tuple(deps.split())
        continue
    for dep in deps.split():
        if dep not in allowed:
            sys.exit(f"LAYERS: {name} names {dep} before it is defined, so this is no downward order")
    allowed[name] = set(deps.split()) | {name}


def project_fault(path, layer, header):
    head, _, tail = header.partition("/")
    if not tail:
        beside = (path.parent / head).exists() and head.endswith("_priv.h")
        return None if beside or head.endswith("_gen.h") else "needs its layer, or to be a _priv.h beside this file"
    fine = head in allowed.get(layer, ()) and not tail.endswith("_priv.h")
    return None if fine else f"layer {layer} may not include it"


def library_fault(rel, header):
    for prefix, places in fences.items():
        if header.startswith(prefix) and not str(rel).startswith(places):
            return "fenced to " + ", ".join(places)
    return None


bad = 0
for path in sorted([*root.glob("src/**/*.[ch]"), *root.glob("include/**/*.h")]):
    rel = path.relative_to(root)
    layer = rel.parts[1] if len(rel.parts) > 2 else "main"
    where = pathlib.PurePath("src", *rel.parts[1:])
    for no, line in enumerate(path.read_text().splitlines(), 1):
        got = re.match(r'\s*#\s*include\s+(["<])([^">]+)[">]', line)
        if not got:
            continue
        fault = project_fault(path, layer, got[2]) if got[1] == '"' else library_fault(where, got[2])
        if fault:
            print(f"{rel}:{no}: {got[2]}: {fault}")
            bad += 1
sys.exit(1 if bad else 0)
