"""WARC files for tests, as crawlers write them, of invented pages."""

PAGE = "<html lang='en'><head><title>{0}</title></head><body><article><h1>{0}</h1><p>{1}</p></article></body></html>"
HTML = "text/html; charset=utf-8"


def page(title: str = "The quay is open", text: str = "Boats may moor at the quay again, the harbour says.") -> bytes:
    """A page with one paragraph."""
    return PAGE.format(title, text).encode()


def answer(body: bytes, kind: str = HTML, status: str = "200 OK", **more: str) -> bytes:
    """What a server sent; `more` are lines of its head, with _ for -."""
    said = {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in more.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def record(block: bytes, url: str = "https://quay.example/1", kind: str = "response", **more: str) -> bytes:
    """One record of a WARC file; `more` are lines of its head, with _ for -."""
    said = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": "2026-03-04T05:06:07Z",
        "WARC-Record-ID": "<urn:uuid:00000000-0000-0000-0000-000000000000>",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
    }
    said |= {name.replace("_", "-"): value for name, value in more.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"
