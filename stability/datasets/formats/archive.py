"""Chosen members of a compressed tar archive, read as a stream; nothing is written to disk."""

from __future__ import annotations

import tarfile
from collections.abc import Collection, Iterator
from pathlib import Path

from stability.datasets.formats.streams import reading
from stability.errors import DataError

CONTENT_LIMIT = 1 << 29  # bytes of the whole archive, decompressed; CIFAR-10 has 0.37e9
ENTRY_LIMIT = 1000


def members(
    path: Path, wanted: Collection[str], size_limit: int, *, to_end: bool
) -> Iterator[tuple[str, bytes]]:
    """Name and content of each wanted member, in the order of the archive (tar, tar.gz, tar.xz).

    Reading stops after the last wanted member, unless `to_end`: then the rest is read too, so
    that the checks of the compression count. Members that are not wanted are passed over,
    whatever they are; nothing is extracted.

    Raises DataError if a wanted member is a link or anything but a plain file, is larger than
    `size_limit`, occurs twice or is missing, and for an archive that is damaged, truncated or
    decompresses to more than 512 MiB.
    """
    missing = set(wanted)
    with reading(path, CONTENT_LIMIT) as stream:
        try:
            with tarfile.open(fileobj=stream, mode="r|", bufsize=1 << 20) as archive:  # type: ignore
                for count, entry in enumerate(archive):
                    name = entry.name.removeprefix("./")
                    if count >= ENTRY_LIMIT:
                        raise _fault(f"{path}", "more than 1000 entries", "a few data files")
                    if name in wanted:
                        if name not in missing:
                            raise _fault(f"{path}, {name}", "the same name twice", "one of each")
                        missing.discard(name)
                        yield name, _content(archive, entry, f"{path}, {name}", size_limit)
                        if not missing:
                            break
        except (tarfile.TarError, ValueError, OverflowError, RecursionError, KeyError) as fault:
            reason = str(fault) or type(fault).__name__
            found = f"a damaged archive ({reason})"
            raise _fault(stream.at(stream.position), found, "a tar archive") from None
        if missing:
            raise _fault(str(path), f"no {', '.join(sorted(missing))}", ", ".join(sorted(wanted)))
        while to_end and stream.read(1 << 20):
            pass


def _content(
    archive: tarfile.TarFile, entry: tarfile.TarInfo, where: str, size_limit: int
) -> bytes:
    if entry.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or entry.issparse():
        kind = "a link" if entry.issym() or entry.islnk() else "not a plain file"
        raise _fault(where, f"a member that is {kind}", "plain files")
    if entry.size > size_limit:
        raise _fault(where, f"a member of {entry.size} bytes", f"at most {size_limit} bytes")
    file = archive.extractfile(entry)
    assert file is not None  # a plain file, as checked
    content = file.read()
    if len(content) != entry.size:
        found = f"the end of the archive after {len(content)} bytes"
        raise _fault(where, found, f"{entry.size} bytes, as the archive says")
    return content


def _fault(where: str, found: str, allowed: str) -> DataError:
    remedy = "Get the published archive again."
    return DataError(where=where, found=found, allowed=allowed, remedy=remedy)
