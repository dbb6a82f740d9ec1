#!/bin/bash
# The AWS CLI, boto3, rclone and @aws-sdk/client-s3 against a server behind a proxy; options and what is done: trial.ts.
cd "$(dirname "$0")/../.." && exec npm run -s bun -- bench/s3-clients/trial.ts "$@"
