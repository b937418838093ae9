"""Prints the parts of user data as cloud-init itself reads them: cloud_init_parts.py USER_DATA, with the Python that has `cloudinit`."""

import json
import logging
import sys

from cloudinit import helpers, user_data, util

logging.disable(logging.CRITICAL)
with open(sys.argv[1], "rb") as file:
    message = user_data.UserDataProcessor(helpers.Paths({})).process(file.read())
parts = [part for part in message.walk() if not part.is_multipart()]
print(json.dumps([[part.get_content_type(), part.get_filename(), util.fully_decoded_payload(part)] for part in parts]))
