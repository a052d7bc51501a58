package org.hikyaku.relay;

import java.util.List;
import java.util.Optional;
import org.hikyaku.relay.config.RelayConfig;
import org.hikyaku.relay.local.LocalParts;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.server.CertificateStanding;
import org.hikyaku.smtp.server.Client;
import org.hikyaku.smtp.server.MailPolicy;
import org.hikyaku.smtp.server.Sender;
import org.hikyaku.tls.SessionFacts;

/** Mail for own domains from everybody, for other domains from listed networks. */
record ReceivePolicy(RelayConfig config, LocalParts local) implements MailPolicy {

    @Override
    public Optional<Reply> welcome(Client client) {
        return Optional.empty();
    }

    @Override
    public Optional<CertificateStanding> judge(SessionFacts facts) {
        return Optional.empty();
    }

    @Override
    public Optional<Reply> sender(Client client, Sender sender) {
        return Optional.empty();
    }

    @Override
    public Optional<Reply> recipient(Client client, Sender sender, Envelope.Recipient recipient) {
        String domain = recipient.address().domain();
        if (local.addresses().owns(domain)) {
            return local.addresses().known(recipient.address())
                    ? Optional.empty()
                    : Optional.of(
                            new Reply(550, List.of("5.1.1 There is no mailbox <" + recipient.address() + "> here")));
        }
        boolean may = config.receive().networks().stream()
                        .anyMatch(n -> n.contains(client.remote().getAddress()))
                || config.relayDomains().stream().anyMatch(d -> d.equalsIgnoreCase(domain));
        return may
                ? Optional.empty()
                : Optional.of(new Reply(
                        550,
                        List.of("5.7.1 This server does not pass mail on to " + domain
                                + " for you; log in at the submission port")));
    }
}
