"""Guard: what the child gives up before it opens a foreign file. Standard library only.

Limits hold everywhere (setrlimit). Where the kernel offers it, a seccomp filter also takes away sockets and the
starting of programs, so that even a reader that is taken over can call nobody.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct

# Drivers that read other files or hosts on the word of the file at hand; GDAL loads its drivers at import,
# so these must be in the environment before.
OGR_SKIP = (
    "OGR_VRT,WFS,OAPIF,OGCAPI,HTTP,LVBAG,CSW,GDALG,ADBC,AIVector,AmigoCloud,Carto,EEDA,Elasticsearch,ESRIJSON,NGW,"
    "PLSCENES,GPSBabel,GMLAS,GML,KML,LIBKML,GeoRSS,GPX,CSV,DXF,DGN,PDF,PDS4,XLSX,ODS,SQLite,OSM,MVT,MBTiles,PMTiles,"
    "TopoJSON,JSONFG,GeoJSON,GeoJSONSeq,MapML,JML,GTFS,VDV,S57,OpenFileGDB,MapInfo File,FlatGeobuf"
)
GDAL_ENVIRONMENT = {
    "OGR_SKIP": OGR_SKIP,
    "GDAL_SKIP": "VRT,HTTP,WMS,WCS,WMTS,DAAS,EEDAI,OGCAPI,PLMOSAIC,STACIT,STACTA,TileDB,Zarr,GTI",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "OGR_SQLITE_LIST_VIRTUAL_OGR": "NO",
    "SHAPE_RESTORE_SHX": "YES",
    "GDAL_PAM_ENABLED": "NO",
    "GDAL_NUM_THREADS": "1",
    "PROJ_NETWORK": "OFF",
}

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | 1  # errno EPERM
# audit architecture, then the numbers of socket, connect, bind, execve, execveat, ptrace
_SYSCALLS = {
    "x86_64": (0xC000003E, (41, 42, 49, 59, 322, 101)),
    "aarch64": (0xC00000B7, (198, 203, 200, 221, 281, 117)),
}


def limit(memory: int, cpu_s: int, output: int) -> None:
    """Cap address space (bytes), processor time (seconds) and written files (bytes); no core dump."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def _filter(architecture: int, refused: tuple[int, ...]) -> bytes:
    """A BPF program: refuse these system calls, and every call of another architecture, allow the rest."""

    def step(code: int, if_true: int, if_false: int, value: int) -> bytes:
        return struct.pack("<HBBI", code, if_true, if_false, value)

    load, equal, give = 0x20, 0x15, 0x06
    program = [step(load, 0, 0, 4), step(equal, 1, 0, architecture), step(give, 0, 0, _REFUSE), step(load, 0, 0, 0)]
    for place, number in enumerate(refused):
        program.append(step(equal, len(refused) - place, 0, number))
    program += [step(give, 0, 0, _ALLOW), step(give, 0, 0, _REFUSE)]
    return b"".join(program)


def close_doors() -> bool:
    """Take away sockets and exec for good; False where this kernel or machine cannot."""
    known = _SYSCALLS.get(platform.machine())
    if os.name != "posix" or known is None:
        return False

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))

    try:
        libc = ctypes.CDLL(None, use_errno=True)
        code = _filter(*known)
        program = Program(len(code) // 8, code)
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            return False
        return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)
    except (OSError, AttributeError):
        return False
