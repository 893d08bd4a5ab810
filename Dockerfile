# The signering command with its production dependencies: worker and sandbox run from this image. It contains no keys or
# certificates; those come from volumes or from the environment.
FROM node:24.21.0-bookworm-slim AS build

WORKDIR /app
COPY . .
RUN npm ci --no-audit --no-fund && npx tsc -b cli dev-stack && node worker/dist/bundle-workflows.js

# Removes what Node does not load at run time: type declarations, source maps and sources, the libraries of Temporal's core
# bridge for other platforms, its Rust sources, and libraries for Bare, another runtime; and the embedded database of a sender
# portal, which is for development alone.
RUN npm ci --omit=dev --no-audit --no-fund \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
  && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
    ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -r {} + \
  && rm -r node_modules/@temporalio/*/src node_modules/@temporalio/core-bridge/sdk-core node_modules/bare-*/prebuilds \
    node_modules/@cantoo/pdf-lib/src node_modules/@cantoo/pdf-lib/dist/pdf-lib* node_modules/@electric-sql \
  && find . -path ./node_modules -prune -o -type f -name '*.ts' -exec rm {} + \
  && mkdir .signering && chown 1000:1000 .signering

# Public CA certificates, those of Node: Temporal's core reads the system's, of which the base image has none.
RUN node -p "require('node:tls').rootCertificates.join('\n')" > /ca-certificates.crt

FROM debian:12.12-slim
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /app /app
COPY --from=build /ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
WORKDIR /app
# Without MALLOC_ARENA_MAX, glibc reserves memory for each thread of Temporal's core; without a fixed threshold, it keeps what
# large documents needed once.
ENV NODE_ENV=production HOME=/app/.signering MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072

# A new volume takes the owner of this folder.
VOLUME /app/.signering
USER 1000:1000

ENTRYPOINT ["node", "cli/bin/signering.js"]
CMD ["--help"]
