"""libpq itself, the one that psycopg's wheel brings along, asked by JSON lines: one request a line, one answer a line.

Every request has "env", the variables that libpq shall see: its PG* variables, HOME and no others.

{"op": "parse", "conninfo": TEXT}    PQconninfoParse
{"op": "resolve", "params": [[KEYWORD, VALUE], ...]}
    What PQconnectdbParams makes of them with expand_dbname, as psql calls it. First with a last keyword that is wrong,
    so that everything else is checked and nothing tried; then, where every host is this machine, tried as well.
{"op": "connect", "params": ...}     Only the attempt, and what came of it.
"""
import ctypes
import glob
import json
import os
import re
import sys
from ctypes import POINTER, byref, c_char_p, c_int, c_void_p


class Option(ctypes.Structure):
    _fields_ = [(name, c_char_p) for name in ("keyword", "envvar", "compiled", "val", "label", "dispchar")]
    _fields_ += [("dispsize", c_int)]


def library(folder):
    found = glob.glob(os.path.join(folder, "psycopg_binary.libs", "libpq-*"))
    found += glob.glob(os.path.join(folder, "psycopg_binary", ".dylibs", "libpq*"))
    pq = ctypes.CDLL(found[0])
    for name, result, arguments in [
        ("PQconninfoParse", POINTER(Option), [c_char_p, POINTER(c_void_p)]),
        ("PQconninfo", POINTER(Option), [c_void_p]),
        ("PQconninfoFree", None, [POINTER(Option)]),
        ("PQfreemem", None, [c_void_p]),
        ("PQconnectdbParams", c_void_p, [POINTER(c_char_p), POINTER(c_char_p), c_int]),
        ("PQfinish", None, [c_void_p]),
        ("PQstatus", c_int, [c_void_p]),
        ("PQsslInUse", c_int, [c_void_p]),
        ("PQsslAttribute", c_char_p, [c_void_p, c_char_p]),
    ] + [(name, c_char_p, [c_void_p]) for name in
         ("PQerrorMessage", "PQhost", "PQhostaddr", "PQport", "PQuser", "PQdb", "PQpass")]:
        function = getattr(pq, name)
        function.restype, function.argtypes = result, arguments
    return pq


def text(value):
    return None if value is None else value.decode("utf-8", "replace")


def options(array):
    """Each keyword that has a value, and whether libpq was built with that one."""
    found, at = {}, 0
    while array[at].keyword is not None:
        option = array[at]
        if option.val is not None:
            found[text(option.keyword)] = [text(option.val), option.val == option.compiled]
        at += 1
    PQ.PQconninfoFree(array)
    return found


def parse(conninfo):
    error = c_void_p()
    array = PQ.PQconninfoParse(conninfo.encode(), byref(error))
    if array:
        return {"info": options(array)}
    message = ctypes.string_at(error.value)
    PQ.PQfreemem(error)
    return {"error": text(message)}


def connect(params):
    keywords = (c_char_p * (len(params) + 1))(*[keyword.encode() for keyword, _ in params], None)
    values = (c_char_p * (len(params) + 1))(*[value.encode() for _, value in params], None)
    conn = PQ.PQconnectdbParams(keywords, values, 1)
    info = PQ.PQconninfo(conn)
    answer = {
        "ok": PQ.PQstatus(conn) == 0,
        "error": text(PQ.PQerrorMessage(conn)),
        "info": options(info) if info else {},
        "host": text(PQ.PQhost(conn)),
        "hostaddr": text(PQ.PQhostaddr(conn)),
        "port": text(PQ.PQport(conn)),
        "user": text(PQ.PQuser(conn)),
        "db": text(PQ.PQdb(conn)),
        "password": text(PQ.PQpass(conn)),
        "ssl": bool(PQ.PQsslInUse(conn)),
        "protocol": text(PQ.PQsslAttribute(conn, b"protocol")),
    }
    PQ.PQfinish(conn)
    return answer


def is_here(host, addr):
    """Whether trying it stays on this machine and asks no name server."""
    if addr:
        return addr == "::1" or addr.startswith("127.") or bool(re.search("[g-zG-Z]", addr))
    return host in ("", "localhost", "::1") or host[0] in "/@" or bool(re.fullmatch(r"127(\.[0-9]+){1,3}", host))


def resolve(params):
    checked = connect(params + [["load_balance_hosts", "*stop*"]])
    hosts = checked["info"].get("host", [""])[0].split(",")
    addrs = checked["info"].get("hostaddr", [""])[0]
    addrs = addrs.split(",") if addrs else [""] * len(hosts)
    hosts += [""] * (len(addrs) - len(hosts))
    tried = connect(params) if all(map(is_here, hosts, addrs)) else None
    return {"checked": checked, "tried": tried}


def surround(variables):
    for name in [name for name in os.environ if name.startswith("PG") or name in ("HOME", "SSL_CERT_FILE")]:
        del os.environ[name]
    os.environ.update(variables)


def main():
    # OpenSSL asks for the password of a key wherever it finds somebody: at the terminal, else where the requests are.
    requests = os.fdopen(os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.setsid()
    for line in requests:
        request = json.loads(line)
        surround(request["env"])
        what = {"parse": parse, "resolve": resolve, "connect": connect}[request["op"]]
        answer = what(request["conninfo"] if request["op"] == "parse" else request["params"])
        print(json.dumps(answer), flush=True)


PQ = library(sys.argv[1])
main()
