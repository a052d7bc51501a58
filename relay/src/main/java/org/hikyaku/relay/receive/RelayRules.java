package org.hikyaku.relay.receive;

import java.net.IDN;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.server.CertificateStanding;
import org.hikyaku.smtp.server.Client;
import org.hikyaku.smtp.server.MailPolicy;
import org.hikyaku.smtp.server.Sender;
import org.hikyaku.tls.SessionFacts;

/** Decides who may send what to whom: anybody to own domains; users, listed networks and trusted certificates to everywhere. */
final class RelayRules implements MailPolicy {
    private final Door door;
    private final Supplier<ReceiveRules> now;
    private final Function<SessionFacts, Optional<CertificateStanding>> certificates;

    /** @param now the rules as they are at this time */
    RelayRules(
            Door door, Supplier<ReceiveRules> now, Function<SessionFacts, Optional<CertificateStanding>> certificates) {
        this.door = door;
        this.now = now;
        this.certificates = certificates;
    }

    @Override
    public Optional<Reply> welcome(Client client) {
        return Optional.empty();
    }

    @Override
    public Optional<CertificateStanding> judge(SessionFacts facts) {
        return certificates.apply(facts);
    }

    @Override
    public Optional<Reply> sender(Client client, Sender sender) {
        return switch (door) {
            case MX ->
                // T15: whether this mail is one for the report mailbox shows with its recipient.
                needsTls(client) && now.get().inClear().isEmpty() ? Optional.of(sayStartTls()) : Optional.empty();
            case SUBMISSION -> {
                if (client.tls().isEmpty() && !listed(client)) {
                    yield Optional.of(sayStartTls()); // RFC 8314 section 3
                }
                if (now.get().submission().requireCertificate()
                        && !client.certificate()
                                .map(CertificateStanding::trusted)
                                .orElse(false)) {
                    yield no(550, "5.7.1 show a client certificate that is on the list");
                }
                // RFC 6409 section 4.3
                yield mayRelay(client) ? from(client, sender) : no(530, "5.7.0 log in before");
            }
        };
    }

    /** RFC 6409 section 6.1. The null reverse-path is for what mail programs tell of mail (RFC 8098 section 3). */
    private Optional<Reply> from(Client client, Sender sender) {
        Optional<Mailbox> address = sender.address();
        if (address.isEmpty()
                || client.user().isEmpty() && listed(client) // as on port 25
                || now.get()
                        .submission()
                        .senders()
                        .allows(
                                client.user(),
                                address.get()
                                        .withDomain(asciiLower(address.get().domain())))) {
            return Optional.empty();
        }
        return no(
                550,
                client.user()
                        .map(user -> "5.7.1 user " + user + " may not send from this address")
                        .orElse("5.7.1 you may not send from this address"));
    }

    private boolean needsTls(Client client) {
        return now.get().requireTls() && client.tls().isEmpty();
    }

    /** RFC 3207 section 4: 530 for a server that wants TLS. */
    private static Reply sayStartTls() {
        return new Reply(530, List.of("5.7.0 say STARTTLS before: mail is taken inside TLS only"));
    }

    private static Optional<Reply> no(int code, String text) {
        return Optional.of(new Reply(code, List.of(text)));
    }

    @Override
    public Optional<Reply> recipient(Client client, Sender sender, Envelope.Recipient recipient) {
        Mailbox address = recipient.address();
        if (door == Door.MX && needsTls(client) && !takenInClear(address)) {
            return Optional.of(sayStartTls());
        }
        String domain = asciiLower(address.domain());
        if (now.get().ownDomains().contains(domain)) {
            return now.get().known().test(address.withDomain(domain))
                    ? Optional.empty()
                    : no(550, "5.1.1 nobody has this address here");
        }
        if (now.get().relayDomains().contains(domain) || mayRelay(client)) {
            return Optional.empty();
        }
        return no(
                550,
                door == Door.MX && client.tls().isEmpty()
                        ? "5.7.1 mail for other domains is taken from our users only"
                        : "5.7.1 mail for other domains is taken from our users only: log in before");
    }

    /** T15, RFC 8460 section 3: reports that tell of broken TLS must arrive though TLS is broken. */
    private boolean takenInClear(Mailbox address) {
        return now.get().inClear().stream()
                .anyMatch(each -> each.local().equalsIgnoreCase(address.local())
                        && asciiLower(each.domain()).equals(asciiLower(address.domain())));
    }

    /** Whether this client may send to everywhere. */
    private boolean mayRelay(Client client) {
        return client.login().isPresent()
                || client.certificate().map(CertificateStanding::trusted).orElse(false)
                || listed(client);
    }

    private boolean listed(Client client) {
        return now.get().networks().stream()
                .anyMatch(n -> n.contains(client.remote().getAddress()));
    }

    private static String asciiLower(String domain) {
        try {
            return IDN.toASCII(domain).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return domain.toLowerCase(Locale.ROOT); // no domain of ours is like this
        }
    }
}
