# Builds a static binary and puts it, alone, into an image without a shell.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ENV CGO_ENABLED=0
RUN go build -trimpath -tags nomsgpack -ldflags '-s -w' -o /out/headpress ./cmd/headpress \
 && mkdir -p /out/data /out/content/uploads

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/headpress /headpress
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/content /content
USER 65532:65532
WORKDIR /data
# There is no /tmp: what waits on its way into a bucket waits in the volume.
ENV TMPDIR=/data
ENV HEADPRESS_LISTEN=:8080 HEADPRESS_CONTENT=/content HEADPRESS_DB=sqlite:/data/headpress.db
VOLUME ["/data", "/content"]
EXPOSE 8080
ENTRYPOINT ["/headpress"]
CMD ["serve"]
