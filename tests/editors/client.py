"""The language server that VS Code and others use for YAML, spoken to as an editor does: over its standard streams."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from itertools import count
from pathlib import Path
from typing import Any

SERVER = Path(__file__).parent / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
SETTINGS = {
    "validate": True,
    "hover": True,
    "completion": True,
    "schemaStore": {"enable": False},
    "disableAdditionalProperties": False,
}
WAIT = 60  # seconds for an answer; it takes a few on a busy machine


class Editor:
    """One editor with one folder open."""

    def __init__(self, folder: Path) -> None:
        self.server = subprocess.Popen(["node", str(SERVER), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.numbers = count(1)
        self.answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self.found: dict[str, queue.Queue[list[dict[str, Any]]]] = {}
        threading.Thread(target=self._listen, daemon=True).start()
        capabilities = {
            "workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}},
            "textDocument": {"publishDiagnostics": {}, "completion": {}, "hover": {"contentFormat": ["markdown"]}},
        }
        root = folder.as_uri()
        folders = [{"uri": root, "name": folder.name}]
        self.ask("initialize", processId=None, rootUri=root, workspaceFolders=folders, capabilities=capabilities)
        self._tell("initialized")
        self._tell("workspace/didChangeConfiguration", settings={"yaml": SETTINGS})

    def close(self) -> None:
        """Ends the server."""
        self.ask("shutdown")
        self._tell("exit")
        self.server.wait(WAIT)
        for stream in (self.server.stdin, self.server.stdout):
            assert stream is not None
            stream.close()

    def open(self, file: Path) -> list[tuple[int, str]]:
        """Opens a file; (line from 1, message) of every error that is underlined in it."""
        uri = file.as_uri()
        said = self.found.setdefault(uri, queue.Queue())
        text = file.read_text("utf-8")
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", textDocument=document)
        found = said.get(timeout=WAIT)
        return [(each["range"]["start"]["line"] + 1, each["message"]) for each in found]

    def complete(self, file: Path, line: int, column: int) -> set[str]:
        """What is offered at a place of an open file, both from 0."""
        answer = self.ask("textDocument/completion", textDocument={"uri": file.as_uri()}, position=_at(line, column))
        return {item["label"] for item in answer["items"]}

    def hover(self, file: Path, line: int, column: int) -> str:
        """The help at a place of an open file, both from 0."""
        answer = self.ask("textDocument/hover", textDocument={"uri": file.as_uri()}, position=_at(line, column))
        return "" if answer is None else str(answer["contents"]["value"])

    def ask(self, method: str, **params: Any) -> Any:
        """A request, and its answer."""
        number = next(self.numbers)
        self._send({"id": number, "method": method, "params": params})
        while (answer := self.answers.get(timeout=WAIT))["id"] != number:
            pass
        assert "error" not in answer, answer
        return answer["result"]

    def _tell(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        assert self.server.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.server.stdin.flush()

    def _listen(self) -> None:
        assert self.server.stdout is not None
        while header := self.server.stdout.readline():
            length = int(header.partition(b":")[2])
            while self.server.stdout.readline().strip():
                pass
            self._hear(json.loads(self.server.stdout.read(length)))

    def _hear(self, message: dict[str, Any]) -> None:
        match message:
            case {"method": "textDocument/publishDiagnostics", "params": params}:
                self.found.setdefault(params["uri"], queue.Queue()).put(params["diagnostics"])
            case {"method": "workspace/configuration", "id": number, "params": params}:
                settings = {"yaml": SETTINGS}
                said = [settings.get(item.get("section", "")) for item in params["items"]]
                self._send({"id": number, "result": said})
            case {"method": _, "id": number}:
                self._send({"id": number, "result": None})
            case {"id": _}:
                self.answers.put(message)


def _at(line: int, column: int) -> dict[str, int]:
    return {"line": line, "character": column}
