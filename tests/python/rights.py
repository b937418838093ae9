"""Makes calls, and prints for each the code of its error, or nothing when it was done: rights.py CALLS.

CALLS is a list in JSON: service, operation as boto3 names it, and arguments.
"""

import json
import sys

import boto3
import botocore.exceptions

for service, operation, arguments in json.loads(sys.argv[1]):
    try:
        getattr(boto3.client(service), operation)(**arguments)
        print("")
    except botocore.exceptions.ClientError as error:
        print(error.response["Error"]["Code"])
