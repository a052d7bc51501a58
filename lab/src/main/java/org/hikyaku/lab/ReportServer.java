package org.hikyaku.lab;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/** A receiver of TLS reports by HTTPS (RFC 8460 section 5.4): takes any POST. */
final class ReportServer {
    private final LabService.Reports service;
    private final Supplier<LabTls> tls;

    ReportServer(LabService.Reports service, Supplier<LabTls> tls) {
        this.service = service;
        this.tls = tls;
    }

    void serve(Guest client) throws IOException {
        LabTls.Inside inside = tls.get().accept(client);
        Optional<HttpRequest> request = HttpRequest.read(inside);
        if (request.isPresent()) {
            boolean post = request.get().method().equals("POST");
            int status = post ? service.reports().status() : 405;
            client.visit()
                    .posted(
                            request.get().host(),
                            request.get().path(),
                            request.get().body(),
                            status);
            HttpRequest.answer(inside.output(), status, "", new byte[0]);
        }
    }
}
