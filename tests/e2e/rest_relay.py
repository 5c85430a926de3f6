"""Call a planner's REST interface from inside its host: requests in, answers out, a line each.

python tests/e2e/rest_relay.py HOST PORT TOKEN < {"method", "path", "body"?} > {"status", "body"}
"""

import http.client
import json
import sys

TIMEOUT_S = 20


def call(
    host: str, port: int, token: str, method: str, path: str, body: object
) -> tuple[int, object]:
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    headers = {"Authorization": f"Bearer {token}"}
    if body is not None:
        kind = "merge-patch+json" if method == "PATCH" else "json"
        headers["Content-Type"] = f"application/{kind}"
    try:
        connection.request(
            method, path, None if body is None else json.dumps(body), headers=headers
        )
        answer = connection.getresponse()
        raw = answer.read()
        return answer.status, json.loads(raw) if raw else None
    except OSError as error:
        return 0, str(error)
    finally:
        connection.close()


def main() -> None:
    host, port, token = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    for line in sys.stdin:
        asked = json.loads(line)
        status, body = call(host, port, token, asked["method"], asked["path"], asked.get("body"))
        print(json.dumps({"status": status, "body": body}), flush=True)


if __name__ == "__main__":
    main()
