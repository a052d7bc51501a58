package org.hikyaku.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** An MTA-STS policy host: HTTP/1.1 over TLS, one request for each connection. */
final class PolicyServer {
    private static final String PATH = "/.well-known/mta-sts.txt";

    private final LabService.Policy service;
    private final Supplier<LabTls> tls;

    PolicyServer(LabService.Policy service, Supplier<LabTls> tls) {
        this.service = service;
        this.tls = tls;
    }

    void serve(Guest client) throws IOException {
        LabTls.Inside inside = tls.get().accept(client);
        Optional<HttpRequest> request = HttpRequest.read(inside);
        if (request.isPresent()) {
            answer(request.get(), client, inside);
        }
    }

    private void answer(HttpRequest request, Guest client, LabTls.Inside inside) throws IOException {
        LabDomain.Sts sts = service.sts();
        boolean found = request.method().equals("GET") && request.path().equals(PATH);
        int status = found ? sts.status() : 404;
        byte[] body = status == 200
                ? policy(service.domain(), sts)
                : ("status " + status + "\r\n").getBytes(StandardCharsets.UTF_8);
        String more = "Content-Type: " + sts.contentType() + "\r\n"
                + sts.location().map(l -> "Location: " + l + "\r\n").orElse("");
        client.visit().fetched(request.host(), request.path(), status);
        HttpRequest.answer(inside.output(), status, more, body);
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
