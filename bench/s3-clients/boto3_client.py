"""boto3 with its defaults: boto3_client.py URL BUCKET COMMAND FOLDER-OR-FILE. Prints its version."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import boto3

url, bucket, command, path = sys.argv[1:]
s3 = boto3.client("s3", endpoint_url=url)


def tree_up():
    s3.create_bucket(Bucket=bucket)
    names = [os.path.join(at, name) for at, _, names in os.walk(path) for name in names]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: s3.upload_file(name, bucket, "tree/" + os.path.relpath(name, path)), names))


def tree_down():
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="tree/")
    keys = [one["Key"] for page in pages for one in page["Contents"]]

    def fetch(key):
        name = os.path.join(path, key.removeprefix("tree/"))
        os.makedirs(os.path.dirname(name), exist_ok=True)
        s3.download_file(bucket, key, name)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(fetch, keys))


def large_up():
    s3.upload_file(path, bucket, "large.bin")


def large_down():
    s3.download_file(bucket, "large.bin", path)


{"tree-up": tree_up, "tree-down": tree_down, "large-up": large_up, "large-down": large_down}[command]()
print(f"boto3 {boto3.__version__}")
