#!/usr/bin/env bash
# npm run image: builds the image as signering-workflows:local with Docker, Podman or Buildah, and checks its size, its user
# and that its command starts. With --debian-base it first makes the two base images from Debian packages and the Node
# binary from npm, for machines without access to an image registry; this needs root, and buildah, podman, runc and
# mmdebstrap from Debian.
set -euo pipefail
cd "$(dirname "$0")/.."

IMAGE=signering-workflows:local
MAX_MB=400
NODE_IMAGE="$(sed -n 's/^FROM \(node:[^ ]*\).*/\1/p' Dockerfile)"
DEBIAN_IMAGE="$(sed -n 's/^FROM \(debian:[^ ]*\).*/\1/p' Dockerfile)"

make_base_images() {
  local folder version
  folder="$(mktemp -d)"
  version="$(sed 's/node:\([0-9.]*\).*/\1/' <<<"$NODE_IMAGE")"
  trap 'rm -rf "$folder"' RETURN
  mmdebstrap --quiet --variant=essential --include=libstdc++6 --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$folder/debian.tar"
  npm install --silent --no-save --no-audit --no-fund --prefix "$folder/node" "node-linux-$(node -p process.arch)@$version"
  cp "$folder"/node/node_modules/node-linux-*/bin/node "$folder/program"
  cp -r "$(npm root --global)/npm" "$folder/npm"
  printf 'FROM scratch\nADD debian.tar /\n' >"$folder/Debian"
  printf '%s\n' "FROM docker.io/library/$DEBIAN_IMAGE" \
    'COPY program /usr/local/bin/node' \
    'COPY npm /usr/local/lib/node_modules/npm' \
    'RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm' \
    'RUN ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx' \
    'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' >"$folder/Node"
  buildah bud --quiet --tag "docker.io/library/$DEBIAN_IMAGE" --file "$folder/Debian" "$folder"
  buildah bud --quiet --pull-never --tag "docker.io/library/$NODE_IMAGE" --file "$folder/Node" "$folder"
}

run=(docker run)
if [ "${1:-}" = --debian-base ]; then
  export BUILDAH_ISOLATION=chroot
  make_base_images
  # The base images contain neither CA certificates nor an npm configuration: mount those of this machine.
  mounts=(--volume /etc/ssl/certs:/etc/ssl/certs:ro)
  [ ! -f ~/.npmrc ] || mounts+=(--volume ~/.npmrc:/root/.npmrc:ro)
  buildah bud --pull-never --network host "${mounts[@]}" --tag "$IMAGE" .
  run=(podman --cgroup-manager cgroupfs --runtime runc run --ulimit nofile=4096:4096 --ulimit nproc=4096:4096 --network host)
  bytes="$(podman image inspect --format '{{.Size}}' "localhost/$IMAGE")"
else
  engine="$(command -v docker || command -v podman)" || {
    echo 'Cannot build the image: docker and podman are not installed. On Debian, run: npm run image -- --debian-base' >&2
    exit 1
  }
  run=("$engine" run)
  "$engine" build --tag "$IMAGE" .
  bytes="$("$engine" image inspect --format '{{.Size}}' "$IMAGE")"
fi

user="$("${run[@]}" --rm --read-only --entrypoint id "$IMAGE" -u)"
version="$("${run[@]}" --rm --read-only "$IMAGE" --version)"
echo "$IMAGE: signering $version, user $user, $((bytes / 1000000)) MB of at most $MAX_MB"
# Temporal's core finds the public CA certificates, which Temporal Cloud needs. A refused connection is not about them.
"${run[@]}" --rm --read-only --entrypoint node "$IMAGE" --input-type=module --eval "
  import { NativeConnection } from '@temporalio/worker';
  const error = await NativeConnection.connect({ address: '127.0.0.1:9', tls: true }).catch((reason) => reason);
  if (/CertsNotFound/u.test(String(error))) throw new Error('The image has no CA certificates.');
"
[ "$user" != 0 ] && [ $((bytes / 1000000)) -le "$MAX_MB" ]
