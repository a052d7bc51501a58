package org.hikyaku.conformance.attack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.dns.Question;
import org.hikyaku.dns.Reply;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabDomain;
import org.hikyaku.net.Deadline;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * What the attacker owns: two hosts on the lab's Internet, one of them signed and with a good TLSA record, each with a good
 * certificate for its own name; a certificate authority that nobody trusts; and somebody at one that all trust.
 */
final class Arsenal {
    private static final Duration DAY = Duration.ofDays(1);

    /** A host of his own. */
    record Host(Name name, InetAddress address, Credential credential) {}

    private final Lab lab;
    private final Host unsigned;
    private final Host signed;
    private final ReentrantLock lock = new ReentrantLock(); // the maker is for one thread
    private final Map<List<String>, Credential> rogue = new HashMap<>(); // guarded by lock
    private final CertificateMaker maker = CertificateMaker.seeded("rogue authority");
    private final CertificateMaker.Authority rogueAuthority;

    /** @param lab one whose catalogue has {@link #domains()} */
    Arsenal(Lab lab) {
        this.lab = lab;
        this.unsigned = host(lab, "attacker.test");
        this.signed = host(lab, "attacker.example");
        Instant now = lab.clock().instant();
        this.rogueAuthority = maker.root(
                CertificateTemplate.authority(
                        now.minus(DAY.multipliedBy(100)), now.plus(DAY.multipliedBy(1000)), "Rogue CA"),
                KeyChoice.EC_P256);
    }

    /** The attacker's own domains, to be added to a lab's catalogue. */
    static Catalogue domains() {
        try (InputStream file = Objects.requireNonNull(
                Arsenal.class.getResourceAsStream("attacker.yaml"), "attacker.yaml is part of the jar")) {
            return Catalogue.parse(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Host host(Lab lab, String domain) {
        LabDomain.Host host = lab.catalogue().domain(domain).setup().hosts().getFirst();
        Reply reply = lab.resolver().ask(new Question(host.name(), Type.A), Deadline.after(Seat.PATIENCE));
        if (reply instanceof Reply.Received received) {
            for (Record record : received.message().getSection(Section.ANSWER)) {
                if (record instanceof ARecord a) {
                    return new Host(host.name(), a.getAddress(), lab.credential(host));
                }
            }
        }
        throw new IllegalStateException("the attacker's host has an address in the lab: " + host.name());
    }

    boolean owns(LabDomain domain) {
        return domain.setup().hosts().stream()
                .map(LabDomain.Host::name)
                .anyMatch(n -> n.equals(unsigned.name()) || n.equals(signed.name()));
    }

    /** His host in a zone that is not signed. */
    Host unsignedHost() {
        return unsigned;
    }

    /** His host in a signed zone, with a TLSA record that its certificate matches. */
    Host signedHost() {
        return signed;
    }

    Optional<Host> hostAt(InetAddress address) {
        return List.of(unsigned, signed).stream()
                .filter(h -> h.address().equals(address))
                .findFirst();
    }

    /** A certificate for these names from an authority that nobody trusts. */
    Credential rogue(List<String> names) {
        lock.lock();
        try {
            return rogue.computeIfAbsent(names, this::issue);
        } finally {
            lock.unlock();
        }
    }

    private Credential issue(List<String> names) {
        Instant now = lab.clock().instant();
        Credential one = maker.server(
                CertificateTemplate.server(
                        now.minus(DAY.multipliedBy(30)), now.plus(DAY.multipliedBy(60)), names.toArray(String[]::new)),
                KeyChoice.EC_P256,
                rogueAuthority);
        List<org.hikyaku.x509.Certificate> chain = new ArrayList<>(one.chain());
        if (!chain.contains(rogueAuthority.certificate())) {
            chain.add(rogueAuthority.certificate());
        }
        return one.withChain(chain);
    }

    /** A certificate for these names from the authority that stands for the public ones. */
    Credential misissued(List<String> names) {
        return lab.misissued(names);
    }
}
