package org.hikyaku.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hikyaku.lab.LabDomain.Reach;
import org.hikyaku.lab.LabDomain.Trouble;
import org.hikyaku.x509.Credential;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** Builds zones and services from the catalogue. Nothing is signed and no key is made here; that happens when asked. */
final class LabWorld {
    private static final int DNS = 53;
    private static final int STRING = 255;
    private static final Pattern QUOTED = Pattern.compile("'([^']*)'");

    private final LabCertificates certificates;
    private final LabAddresses addresses;
    private final Map<InetAddress, NameServerRole> nameServers = new LinkedHashMap<>();
    private final int smtp;
    private final int https;
    private final Map<LabQuestion, Trouble.Kind> trouble = new HashMap<>();
    private final Map<InetSocketAddress, LabService> services = new LinkedHashMap<>();
    private final Map<InetSocketAddress, LabService> laterServices = new LinkedHashMap<>();
    private final Map<Name, ZoneBuilder> builders = new HashMap<>();
    private final LabZones zones;

    /** The addresses given so far, by name, IPv4 and IPv6 apart. */
    private final Map<Owner, InetSocketAddress> given = new HashMap<>();

    /** Whether the domains are added as they are later, where they keep their addresses. */
    private boolean later;

    private record Owner(Name name, boolean v6) {}

    /**
     * The world of a catalogue.
     *
     * @param smtp port of the mail servers
     * @param https port of policy hosts and receivers of reports
     */
    LabWorld(Catalogue catalogue, long seed, Instant now, LabAddresses addresses, int smtp, int https) {
        this.addresses = addresses;
        this.smtp = smtp;
        this.https = https;
        this.certificates = new LabCertificates(seed, now);
        catalogue
                .domains()
                .forEach(d ->
                        d.setup().trouble().forEach(t -> trouble.put(new LabQuestion(t.name(), t.type()), t.kind())));

        List<LabDomain> changing =
                catalogue.domains().stream().filter(d -> d.later().isPresent()).toList();
        Set<Name> shortLived = changing.stream().map(LabDomain::name).collect(Collectors.toSet());
        List<ZoneSetup> setups = new ArrayList<>();
        setups.add(new ZoneSetup(
                Name.root,
                ZoneSetup.Signing.ECDSA,
                ZoneSetup.Denial.NSEC,
                ZoneSetup.Signatures.GOOD,
                ZoneSetup.Delegation.GOOD,
                ZoneSetup.NameServers.BOTH));
        setups.addAll(catalogue.zones()); // parents first
        for (ZoneSetup setup : setups) {
            ZoneSigner signer = new ZoneSigner(setup, seed, ZoneBuilder.TTL, now, trouble);
            if (setup.apex().labels() > 1) {
                holder(new Name(setup.apex(), 1)).delegate(setup, signer);
            }
            long ttl = shortLived.contains(setup.apex()) ? ZoneBuilder.SHORT_TTL : ZoneBuilder.TTL;
            builders.put(setup.apex(), new ZoneBuilder(setup, signer, now.getEpochSecond(), trouble, ttl));
        }
        addNameServer(ZoneBuilder.NAME_SERVER, false, NameServerRole.DOMAINS);
        catalogue.domains().stream().filter(d -> d.setup().exists()).forEach(d -> add(d, d.setup()));
        addNameServers();

        Map<Name, Zone> built = new HashMap<>();
        builders.forEach((apex, builder) -> built.put(apex, builder.build()));
        this.zones = new LabZones(built, later(changing, now));
    }

    /** The zones of domains that change, as they are when the lab has moved on; and their services. */
    private Map<Name, Zone> later(List<LabDomain> changing, Instant now) {
        later = true;
        Map<Name, Zone> zonesLater = new HashMap<>();
        for (LabDomain domain : changing) {
            ZoneBuilder before = holder(domain.name());
            ZoneBuilder after = new ZoneBuilder(
                    before.setup(), before.signer(), now.getEpochSecond() + 1, trouble, ZoneBuilder.SHORT_TTL);
            builders.put(domain.name(), after);
            add(domain, domain.later().orElseThrow().setup());
            zonesLater.put(domain.name(), after.build());
        }
        return zonesLater;
    }

    /** After the domains, so that these keep their addresses. */
    private void addNameServers() {
        addNameServer(ZoneBuilder.NAME_SERVER, true, NameServerRole.DOMAINS);
        addNameServer(ZoneBuilder.SECOND_NAME_SERVER, false, NameServerRole.DOMAINS);
        addNameServer(ZoneBuilder.SECOND_NAME_SERVER, true, NameServerRole.DOMAINS);
        addNameServer(ZoneBuilder.OLD_NAME_SERVER, false, NameServerRole.DOMAINS);
        addNameServer(ZoneBuilder.TLD_SERVER, false, NameServerRole.TOP_LEVEL);
        addNameServer(ZoneBuilder.TLD_SERVER, true, NameServerRole.TOP_LEVEL);
        addNameServer(ZoneBuilder.ROOT_SERVER, false, NameServerRole.ROOT);
        addNameServer(ZoneBuilder.ROOT_SERVER, true, NameServerRole.ROOT);
    }

    private void addNameServer(Name name, boolean v6, NameServerRole role) {
        nameServers.put(addAddress(name, v6, DNS).getAddress(), role);
    }

    /** The addresses of the name servers, and for what each answers. */
    Map<InetAddress, NameServerRole> nameServers() {
        return Collections.unmodifiableMap(nameServers);
    }

    LabZones zones() {
        return zones;
    }

    LabCertificates certificates() {
        return certificates;
    }

    Map<LabQuestion, Trouble.Kind> trouble() {
        return Map.copyOf(trouble);
    }

    Map<InetSocketAddress, LabService> services() {
        return Collections.unmodifiableMap(services);
    }

    /** Those that are otherwise when the lab has moved on. */
    Map<InetSocketAddress, LabService> laterServices() {
        return Collections.unmodifiableMap(laterServices);
    }

    private void serve(LabService service) {
        (later ? laterServices : services).put(service.address(), service);
    }

    /** The zone that a name belongs to. */
    private ZoneBuilder holder(Name name) {
        Name apex = name;
        while (true) {
            ZoneBuilder builder = builders.get(apex);
            if (builder != null) {
                return builder;
            }
            apex = new Name(apex, 1);
        }
    }

    private void add(LabDomain domain, LabDomain.Setup setup) {
        List<String> mx = setup.mx().orElseGet(() -> {
            List<String> usual = new ArrayList<>();
            for (int i = 0; i < setup.hosts().size(); i++) {
                usual.add((i + 1) * 10 + " " + setup.hosts().get(i).name());
            }
            return usual;
        });
        for (String line : mx) {
            String[] words = line.split(" ");
            Name exchange = name(words[1], domain.name());
            add(new MXRecord(domain.name(), DClass.IN, ZoneBuilder.TTL, Integer.parseInt(words[0]), exchange));
        }
        setup.hosts().forEach(h -> addHost(domain, h));
        setup.records().forEach(line -> addLine(line, setup.zone()));
        setup.sts().ifPresent(s -> addSts(domain, s));
        setup.tlsrpt().ifPresent(texts -> addTexts(name("_smtp._tls", domain.name()), texts));
        setup.reports().ifPresent(r -> {
            InetSocketAddress address = addAddress(name("reports", domain.name()), false, https);
            serve(new LabService.Reports(address, Reach.OPEN, domain, r));
        });
        addAuth(domain.name(), setup.auth());
    }

    private void addAuth(Name domain, MailAuthRecords auth) {
        addTexts(domain, auth.spf());
        addTexts(name("_dmarc", domain), auth.dmarc());
        for (String key : auth.dkim()) {
            String[] words = key.split(" ", 2);
            addTexts(name(words[0] + "._domainkey", domain), List.of(words[1]));
        }
        auth.caa().forEach(c -> addLine("@ CAA " + c, domain));
    }

    private void add(Record record) {
        holder(record.getName()).add(record);
    }

    private void addHost(LabDomain domain, LabDomain.Host host) {
        host.alias().ifPresent(a -> add(new CNAMERecord(host.name(), DClass.IN, ZoneBuilder.TTL, a)));
        for (LabDomain.Address family : host.addresses()) {
            InetSocketAddress address = addAddress(host.addressOwner(), family.isV6(), smtp);
            serve(new LabService.Mail(address, family.reach(), domain, host));
            host.pointer()
                    .ifPresent(p -> add(new PTRRecord(
                            ReverseMap.fromAddress(address.getAddress()), DClass.IN, ZoneBuilder.TTL, p)));
        }
        if (!host.tlsa().isEmpty()) {
            holder(host.tlsaOwner()).add(host.tlsaOwner(), Type.TLSA, () -> tlsa(host));
        }
    }

    private InetSocketAddress addAddress(Name owner, boolean v6, int port) {
        InetSocketAddress known = later ? given.get(new Owner(owner, v6)) : null;
        if (later && known == null) {
            throw new CatalogueException(owner + " has no address before the lab moves on, and so gets none later");
        }
        InetAddress address = known != null ? known.getAddress() : v6 ? addresses.nextV6() : addresses.nextV4();
        given.put(new Owner(owner, v6), new InetSocketAddress(address, port));
        add(
                v6
                        ? new AAAARecord(owner, DClass.IN, ZoneBuilder.TTL, address)
                        : new ARecord(owner, DClass.IN, ZoneBuilder.TTL, address));
        return new InetSocketAddress(address, port);
    }

    private List<Record> tlsa(LabDomain.Host host) {
        Credential credential = certificates.credential(host.cert(), host.certificateName());
        return host.tlsa().stream()
                .map(t -> (Record) new TLSARecord(
                        host.tlsaOwner(),
                        DClass.IN,
                        ZoneBuilder.TTL,
                        t.usage(),
                        t.selector(),
                        t.matchingType(),
                        certificates.association(t, credential)))
                .toList();
    }

    private void addSts(LabDomain domain, LabDomain.Sts sts) {
        addTexts(name("_mta-sts", domain.name()), sts.record().orElse(List.of("v=STSv1; id=" + sts.id() + ";")));
        switch (sts.address()) {
            case V4 -> addPolicyHost(domain, sts, Reach.OPEN);
            case REFUSED -> addPolicyHost(domain, sts, Reach.REFUSED);
            case DROPPED -> addPolicyHost(domain, sts, Reach.DROPPED);
            case ABSENT -> {}
        }
    }

    private void addPolicyHost(LabDomain domain, LabDomain.Sts sts, Reach reach) {
        InetSocketAddress address = addAddress(name("mta-sts", domain.name()), false, https);
        serve(new LabService.Policy(address, reach, domain, sts));
    }

    /** One TXT record for each text; {@code 'a' 'b'} is one record of two strings. */
    private void addTexts(Name owner, List<String> texts) {
        for (String text : texts) {
            List<String> strings = QUOTED.matcher(text)
                    .results()
                    .map((MatchResult m) -> m.group(1))
                    .toList();
            add(new TXTRecord(owner, DClass.IN, ZoneBuilder.TTL, strings.isEmpty() ? chunks(text) : strings));
        }
    }

    /** A string in a TXT record has at most 255 octets. */
    private static List<String> chunks(String text) {
        List<String> chunks = new ArrayList<>();
        for (int start = 0; start == 0 || start < text.length(); start += STRING) {
            String chunk = text.substring(start, Math.min(text.length(), start + STRING));
            chunks.add(chunk.replace("\\", "\\\\").replace("\"", "\\\""));
        }
        return chunks;
    }

    private void addLine(String line, Name origin) {
        String[] words = line.split(" ", 3);
        try {
            add(Record.fromString(
                    name(words[0], origin), Type.value(words[1]), DClass.IN, ZoneBuilder.TTL, words[2], origin));
        } catch (IOException e) {
            throw new CatalogueException("not a record of " + origin + ": " + line, e);
        }
    }

    private static Name name(String text, Name origin) {
        try {
            return Name.fromString(text, origin);
        } catch (TextParseException e) {
            throw new CatalogueException("not a domain name: " + text, e);
        }
    }
}
