# Two stages: a toolchain builds nodejieba and the bundles, the runtime image carries neither.
FROM node:24-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts ./scripts
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
RUN groupadd --gid 10001 weimai && useradd --uid 10001 --gid 10001 --create-home weimai && install -d -o weimai -g weimai /home/weimai/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# Data files read at run time: lexicons, model, migrations, fonts, stop words.
COPY --from=build /app/shared ./shared
USER 10001:10001
CMD ["node", "--max-semi-space-size=4", "--max-old-space-size=512", "dist/node/server.mjs"]
