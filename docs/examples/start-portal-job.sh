#!/usr/bin/env bash
# Starts a portal job with only Temporal's own CLI, as a system in any language would with its SDK:
#   docs/examples/start-portal-job.sh agreement.pdf agreement-2041 14838500073
# Reads SIGNERING_ORGANIZATION, SIGNERING_STORAGE and Temporal's own variables. The worker must run with
# SIGNERING_ACCEPT_UNENCRYPTED=yes. docs/other-languages.md explains each step.
set -euo pipefail
file="$1" reference="$2" signer="$3"
umask 077
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

digest() { sha256sum | cut -c 1-64; }

# 1. Store the document under the digest of its bytes, atomically.
sha256="$(digest <"$file")"
size="$(wc -c <"$file" | tr -d ' ')"
folder="$SIGNERING_STORAGE/documents/${sha256:0:2}"
mkdir -p "$folder"
cp "$file" "$folder/.$sha256.$$"
sync "$folder/.$sha256.$$"
mv "$folder/.$sha256.$$" "$folder/$sha256"

# 2. The digest of the content: canonical JSON without blanks, members sorted by name, so that it needs no JSON library.
# File name and polling queue do not belong to it.
signers="$(tr -d '\n' <<JSON
[{"notifications":{"emailAddress":"kari@example.com"},"personalIdentificationNumber":"$signer"}]
JSON
)"
content="$(tr -d '\n' <<JSON
{"documents":[{"mediaType":"application/pdf","sha256":"$sha256","size":$size,"title":"Agreement"}],
"signers":$signers,
"title":"Agreement"}
JSON
)"
content_digest="$(printf '{"flow":"PORTAL","job":%s,"version":1}' "$content" | digest)"

# 3. The input in a file, because other users of the machine can read a command line.
cat >"$scratch/input.json" <<JSON
{"version":1,"organizationNumber":"$SIGNERING_ORGANIZATION","reference":"$reference",
"contentDigest":"$content_digest","job":{"title":"Agreement","pollingQueue":"signering-workflows","signers":$signers,
"documents":[{"name":"agreement.pdf","mediaType":"application/pdf","sha256":"$sha256","size":$size,"title":"Agreement"}]}}
JSON

# 4. Idempotent start: a running workflow is kept, a failed one is started again.
temporal workflow start \
  --type portalSigning --task-queue signering \
  --workflow-id "signing/$SIGNERING_ORGANIZATION/$reference" \
  --id-reuse-policy AllowDuplicateFailedOnly --id-conflict-policy UseExisting \
  --search-attribute 'SigningFlow="PORTAL"' \
  --search-attribute "SigningOrganization=\"$SIGNERING_ORGANIZATION\"" \
  --search-attribute 'SigningState="CREATING"' \
  --input-file "$scratch/input.json"
