#!/bin/bash
# Real clients of S3 on a tree of 1,000 files and one large file: trial.sh https://example.com/s3 [MIB]
# Needs aws and rclone, and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of an access key for all buckets. Ends with an error where a byte differs.
set -euo pipefail
URL=$1
MIB=${2:-1024}
BUCKET=trial-$$
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
export AWS_REGION=${AWS_REGION:-us-east-1}

for i in $(seq 1000); do
  folder="$WORK/tree/d$((i % 25))/sub $((i % 7))"
  mkdir -p "$folder"
  head -c $((i * 19)) /dev/urandom > "$folder/fïle-$i+x.bin"
done
head -c $((MIB * 1048576)) /dev/urandom > "$WORK/large.bin"

aws() { command aws --endpoint-url "$URL" "$@"; }
timed() { local began=$SECONDS; "$@"; echo "$((SECONDS - began)) s: $1 ${*:2:3}"; }

aws s3 mb "s3://$BUCKET"
timed aws s3 sync --quiet "$WORK/tree" "s3://$BUCKET/tree"
timed aws s3 sync --quiet "s3://$BUCKET/tree" "$WORK/back"
diff -r "$WORK/tree" "$WORK/back"
timed aws s3 cp --quiet "$WORK/large.bin" "s3://$BUCKET/large.bin"
timed aws s3 cp --quiet "s3://$BUCKET/large.bin" "$WORK/large.back"
cmp "$WORK/large.bin" "$WORK/large.back"

export RCLONE_CONFIG_TRIAL_TYPE=s3 RCLONE_CONFIG_TRIAL_PROVIDER=Other RCLONE_CONFIG_TRIAL_ENV_AUTH=true
export RCLONE_CONFIG_TRIAL_ENDPOINT=$URL RCLONE_CONFIG_TRIAL_FORCE_PATH_STYLE=true
timed rclone sync "$WORK/tree" "trial:$BUCKET/rclone"
timed rclone check "$WORK/tree" "trial:$BUCKET/rclone"
timed rclone purge "trial:$BUCKET"
