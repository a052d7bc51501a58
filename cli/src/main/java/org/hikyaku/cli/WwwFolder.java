package org.hikyaku.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LineReader;

/** Files of one folder over HTTP/1.1 (RFC 9112): GET and HEAD, one request after the other. */
final class WwwFolder {
    static final Limit LINE = new Limit("bytes in a line of an HTTP request", 8192);
    static final Limit FIELDS = new Limit("header fields in an HTTP request", 100);

    private final Path root;

    /** @param root an existing folder; nothing outside it is served, by whatever links */
    WwwFolder(Path root) throws IOException {
        this.root = root.toRealPath();
    }

    private record Request(String method, String target, boolean keepAlive, boolean body) {}

    /** Answers until the client wants no more. */
    void serve(Connection connection, java.util.function.Supplier<Deadline> patience) throws IOException {
        LineReader lines = new LineReader(connection.input(), LineReader.Ends.LF_TOO, LINE);
        OutputStream out = connection.output();
        boolean more = true;
        while (more) {
            connection.within(patience.get());
            Optional<Request> request = read(lines);
            if (request.isEmpty()) {
                return;
            }
            // A body is of no use here; whoever sends one is answered and let go.
            more = request.get().keepAlive() && !request.get().body();
            answer(request.get(), out, more);
            out.flush();
        }
    }

    private static Optional<Request> read(LineReader lines) throws IOException {
        Optional<LineReader.Line> first = lines.next();
        if (first.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = first.get().latin1().split(" ", -1);
        boolean whole = parts.length == 3 && parts[2].startsWith("HTTP/1.");
        boolean keepAlive = whole && !parts[2].equals("HTTP/1.0");
        boolean body = false;
        for (int fields = 0; ; fields++) {
            FIELDS.check(fields);
            Optional<LineReader.Line> line = lines.next();
            if (line.isEmpty()) {
                return Optional.empty();
            }
            String field = line.get().latin1().toLowerCase(Locale.ROOT);
            if (field.isEmpty()) {
                break;
            }
            keepAlive &= !field.startsWith("connection:") || !field.contains("close");
            body |= field.startsWith("transfer-encoding:")
                    || field.startsWith("content-length:")
                            && !field.substring(15).strip().equals("0");
        }
        return Optional.of(
                whole ? new Request(parts[0], parts[1], keepAlive, body) : new Request("", "", false, false));
    }

    private void answer(Request request, OutputStream out, boolean more) throws IOException {
        boolean head = request.method().equals("HEAD");
        if (request.method().isEmpty()) {
            text(out, "400 Bad Request", "That is no HTTP/1.1 request.\n", more, false, "");
        } else if (!head && !request.method().equals("GET")) {
            text(out, "405 Method Not Allowed", "GET and HEAD only.\n", more, false, "Allow: GET, HEAD\r\n");
        } else {
            Optional<Path> file = file(request.target());
            if (file.isEmpty()) {
                text(out, "404 Not Found", "There is no such file.\n", more, head, "");
                return;
            }
            header(out, "200 OK", type(file.get()), Files.size(file.get()), more, "");
            if (!head) {
                Files.copy(file.get(), out);
            }
        }
    }

    /** The file that a request's target names; a folder stands for its {@code index.html}. */
    private Optional<Path> file(String target) {
        try {
            String path = new URI(target).getPath();
            if (path == null || !path.startsWith("/") || path.indexOf('\0') >= 0) {
                return Optional.empty();
            }
            Path file = root.resolve(path.substring(1)).normalize();
            if (Files.isDirectory(file)) {
                file = file.resolve("index.html");
            }
            Path real = file.toRealPath();
            return real.startsWith(root) && Files.isRegularFile(real) ? Optional.of(real) : Optional.empty();
        } catch (java.net.URISyntaxException | IOException | java.nio.file.InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static void text(OutputStream out, String status, String text, boolean more, boolean head, String fields)
            throws IOException {
        byte[] body = text.getBytes(StandardCharsets.US_ASCII);
        header(out, status, "text/plain; charset=utf-8", body.length, more, fields);
        if (!head) {
            out.write(body);
        }
    }

    private static void header(OutputStream out, String status, String type, long length, boolean more, String fields)
            throws IOException {
        String header = "HTTP/1.1 " + status + "\r\nServer: hikyaku\r\n" + fields + "Content-Type: " + type
                + "\r\nContent-Length: " + length + "\r\n" + (more ? "" : "Connection: close\r\n") + "\r\n";
        out.write(header.getBytes(StandardCharsets.US_ASCII));
    }

    private static String type(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html", "htm" -> "text/html; charset=utf-8";
            case "txt", "log", "md" -> "text/plain; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "json" -> "application/json";
            case "svg" -> "image/svg+xml";
            case "png" -> "image/png";
            case "jpg", "jpeg" -> "image/jpeg";
            case "gif" -> "image/gif";
            default -> "application/octet-stream";
        };
    }
}
