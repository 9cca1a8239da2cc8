"""Tells how a model fares that is served from a folder with a link to the current version.

usage: health.py FOLDER LINK

Answers with 200; with the status in FOLDER/<version> where LINK leads to that version, never where `hang` stands there.
Writes FOLDER/health-port once it listens. Only what Python itself has is used.
"""

import http.server
import os
import sys
import time

folder, link = sys.argv[1:3]


class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status = "200"
        try:
            with open(os.path.join(folder, os.path.basename(os.readlink(link)))) as file:
                status = file.read().strip()
        except OSError:
            pass
        if status == "hang":
            time.sleep(600)
        self.send_response(int(status))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Health)
server.daemon_threads = True
with open(os.path.join(folder, "health-port.new"), "w") as file:
    file.write(str(server.server_port))
os.rename(os.path.join(folder, "health-port.new"), os.path.join(folder, "health-port"))
server.serve_forever()
