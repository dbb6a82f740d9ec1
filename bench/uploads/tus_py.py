"""Sends files by tuspy. Arguments: the endpoint, a token, the bucket, and files; each is stored under its own name."""

import os
import sys

from tusclient.client import TusClient

endpoint, token, bucket, *files = sys.argv[1:]
client = TusClient(endpoint, headers={"authorization": f"Bearer {token}"})
for file in files:
    metadata = {"bucket": bucket, "path": os.path.basename(file)}
    uploader = client.uploader(file, chunk_size=2_000_000, metadata=metadata, retries=60, retry_delay=0.3)
    uploader.upload()
    print(os.path.basename(file), flush=True)
