package org.hikyaku.lab;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LineReader;

/** An MTA-STS policy host: HTTP/1.1 over TLS, one request for each connection. */
final class PolicyServer {
    private static final Limit LINE = new Limit("bytes in a line of a request to the lab", 16_384);
    private static final Limit LINES = new Limit("lines in a request to the lab", 200);
    private static final String PATH = "/.well-known/mta-sts.txt";

    private final LabService.Policy service;
    private final Supplier<LabTls> tls;

    PolicyServer(LabService.Policy service, Supplier<LabTls> tls) {
        this.service = service;
        this.tls = tls;
    }

    void serve(Socket client) throws IOException {
        LabTls.Inside inside = tls.get().accept(client);
        LineReader lines = new LineReader(inside.input(), LineReader.Ends.LF_TOO, LINE);
        Optional<LineReader.Line> request = lines.next();
        if (request.isEmpty()) {
            return;
        }
        int count = 1;
        while (lines.next().filter(l -> l.content().length > 0).isPresent()) {
            LINES.check(++count);
        }
        inside.output().write(response(request.get().latin1()));
        inside.output().flush();
        inside.output().close();
    }

    private byte[] response(String request) {
        LabDomain.Sts sts = service.sts();
        String[] words = request.split(" ");
        boolean found = words.length == 3 && words[0].equals("GET") && words[1].equals(PATH);
        int status = found ? sts.status() : 404;
        byte[] body = status == 200
                ? policy(service.domain(), sts)
                : ("status " + status + "\r\n").getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " " + (status == 200 ? "OK" : "No") + "\r\n");
        head.append("Content-Type: ").append(sts.contentType()).append("\r\n");
        head.append("Content-Length: ").append(body.length).append("\r\n");
        sts.location().ifPresent(l -> head.append("Location: ").append(l).append("\r\n"));
        head.append("Connection: close\r\n\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.toString().getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(body);
        return all.toByteArray();
    }

    /** The policy file (RFC 8461 section 3.2). */
    static byte[] policy(LabDomain domain, LabDomain.Sts sts) {
        String end = sts.lineFeedsOnly() ? "\n" : "\r\n";
        StringBuilder text = new StringBuilder();
        if (sts.body().isPresent()) {
            text.append(sts.body().get());
        } else {
            text.append("version: STSv1").append(end);
            text.append("mode: ").append(sts.mode()).append(end);
            List<String> patterns = sts.mx()
                    .orElseGet(() -> domain.setup().hosts().stream()
                            .map(h -> h.name().toString(true))
                            .toList());
            patterns.forEach(p -> text.append("mx: ").append(p).append(end));
            text.append("max_age: ").append(sts.maxAge()).append(end);
        }
        sts.size().ifPresent(size -> {
            while (text.length() < size) {
                text.append("x-padding: ").append("x".repeat(80)).append(end);
            }
        });
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
