# The signering command with everything built: worker and sandbox run from this image. No key or certificate is in it;
# those come from volumes or from the environment.
FROM node:22.20.0-bookworm-slim

WORKDIR /app

# The packages first: they change less often than the sources.
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund

COPY . .
RUN npm run build && mkdir -p .signering && chown node:node .signering

# A volume that is new takes over this folder's owner.
VOLUME /app/.signering
USER node

ENTRYPOINT ["node", "cli/bin/signering.js"]
CMD ["--help"]
