# Names are complete: not every builder knows a default host. Give others with --build-arg.
ARG BUILD_IMAGE=docker.io/library/maven:3.9-eclipse-temurin-25
ARG JDK_IMAGE=docker.io/library/eclipse-temurin:25-jdk
ARG BASE_IMAGE=gcr.io/distroless/base-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -q -pl proxy-server -am -Dmaven.test.skip=true -Djacoco.skip=true package

# A Java of the modules that are used, and the native transports unpacked: with no directory to write
# to, Netty cannot unpack them at run time and would do without.
FROM ${JDK_IMAGE} AS train
RUN jlink --add-modules java.base,java.compiler,java.desktop,java.logging,java.management,java.naming,java.net.http,java.sql,jdk.crypto.ec,jdk.jcmd,jdk.jfr,jdk.management,jdk.naming.dns,jdk.net,jdk.unsupported \
      --strip-java-debug-attributes --no-header-files --no-man-pages --compress zip-6 --output /opt/jre
COPY --from=build /src/proxy-server/target/app /app
COPY proxy-server/src/main/image/ /app/
RUN arch="$(uname -m | sed s/aarch64/aarch_64/)" \
 && mkdir /app/native && cd /app/native \
 && for kind in epoll io_uring; do \
      jar xf /app/lib/netty-transport-native-"$kind"-*-linux-"$arch".jar META-INF/native || exit 1; \
    done \
 && mv META-INF/native/*.so . && rm -r META-INF
# Java refuses its cache unless the class path is the same to the letter and all files are as old as
# they were: no wildcard, which follows the order of a directory, and one time for all.
RUN jars="/app/sidecache.jar$(printf ':%s' /app/lib/*.jar)" \
 && sed -i "s,/app/sidecache.jar:/app/lib/\*,$jars," /app/*.options \
 && find /opt/jre /app -exec touch -h -d 2026-01-01T00:00:00Z {} +
# What Java would find out at each start, found out once: see the verb train. The health check ends
# with 1 here, since nothing listens.
RUN MALLOC_ARENA_MAX=2 /opt/jre/bin/java -XX:AOTCacheOutput=/app/app.aot @/app/jvm.options train \
 && { PORT=9 /opt/jre/bin/java -XX:AOTCacheOutput=/app/healthcheck.aot @/app/healthcheck.options || true; } \
 && test -s /app/healthcheck.aot

FROM ${BASE_IMAGE}
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="sidecache" \
      org.opencontainers.image.description="A caching sidecar proxy for HTTP APIs" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=train /opt/jre /opt/jre
COPY --from=train /app /app
# The bill of materials, for scanners
COPY --from=build /src/proxy-server/target/sidecache.cdx.json /usr/share/sidecache/sbom.cdx.json
USER 65532:65532
ENV MALLOC_ARENA_MAX=2
EXPOSE 8080 8180
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s CMD ["/opt/jre/bin/java", "-XX:AOTCache=/app/healthcheck.aot", "@/app/healthcheck.options"]
ENTRYPOINT ["/opt/jre/bin/java", "-XX:AOTCache=/app/app.aot", "@/app/jvm.options"]
CMD ["run"]
