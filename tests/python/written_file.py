"""Prints what a file holds that user data writes, as cloud-init would: written_file.py USER_DATA PATH."""

import email
import sys

import yaml

user_data, path = sys.argv[1:]
message = email.message_from_file(open(user_data, encoding="utf-8"))
parts = [part.get_payload(decode=True).decode() for part in message.walk() if not part.is_multipart()]
(config,) = [yaml.safe_load(part) for part in parts if part.startswith("#cloud-config")]
(content,) = [file["content"] for file in config["write_files"] if file["path"] == path]
sys.stdout.write(content)
