package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.Deadline;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** The examples of RFC 5702, 6605 and 8080 (erratum 4935): by Conscrypt and by the JDK. */
class SignatureVectorsTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            RFC 5702 6.1 | example.net. | 256 3 8 AwEAAcFcGsaxxdgiuuGmCkVImy4h99CqT7jwY3pexPGcnUFtR2Fh36BponcwtkZ4cAgtvd4Qs8PkxUdp6p/DlUmObdk= | www.example.net. | A | 192.0.2.91 | A 8 3 3600 20300101000000 20000101000000 9033 example.net. kRCOH6u7l0QGy9qpC9l1sLncJcOKFLJ7GhiUOibu4teYp5VE9RncriShZNz85mwlMgNEacFYK/lPtPiVYP4bwg==
            RFC 5702 6.2 | example.net. | 256 3 10 AwEAAdHoNTOW+et86KuJOWRDp1pndvwb6Y83nSVXXyLA3DLroROUkN6X0O6pnWnjJQujX/AyhqFDxj13tOnD9u/1kTg7cV6rklMrZDtJCQ5PCl/D7QNPsgVsMu1J2Q8gpMpztNFLpPBz1bWXjDtaR7ZQBlZ3PFY12ZTSncorffcGmhOL | www.example.net. | A | 192.0.2.91 | A 10 3 3600 20300101000000 20000101000000 3740 example.net. tsb4wnjRUDnB1BUi+t6TMTXThjVnG+eCkWqjvvjhzQL1d0YRoOe0CbxrVDYd0xDtsuJRaeUw1ep94PzEWzr0iGYgZBWm/zpq+9fOuagYJRfDqfReKBzMweOLDiNa8iP5g9vMhpuv6OPlvpXwm9Sa9ZXIbNl1MBGk0fthPgxdDLw=
            RFC 6605 6.1 | example.net. | 257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA== | www.example.net. | A | 192.0.2.1 | A 13 3 3600 20100909100439 20100812100439 55648 example.net. qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw==
            RFC 6605 6.2 | example.net. | 257 3 14 xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40 | www.example.net. | A | 192.0.2.1 | A 14 3 3600 20100909102025 20100812102025 10771 example.net. /L5hDKIvGDyI1fcARX3z65qrmPsVz73QD1Mr5CEqOiLP95hxQouuroGCeZOvzFaxsT8Glr74hbavRKayJNuydCuzWTSSPdz7wnqXL5bdcJzusdnI0RSMROxxwGipWcJm
            RFC 8080 6.1, first | example.com. | 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4= | example.com. | MX | 10 mail.example.com. | MX 15 2 3600 1440021600 1438207200 3613 example.com. oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcrqNAg==
            RFC 8080 6.1, second | example.com. | 257 3 15 zPnZ/QwEe7S8C5SPz2OfS5RR40ATk2/rYnE9xHIEijs= | example.com. | MX | 10 mail.example.com. | MX 15 2 3600 1440021600 1438207200 35217 example.com. zXQ0bkYgQTEFyfLyi9QoiY6D8ZdYo4wyUhVioYZXFdT410QPRITQSqJSnzQoSm5poJ7gD7AQR0O7KuI5k2pcBg==
            RFC 8080 6.2, first | example.com. | 257 3 16 3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA | example.com. | MX | 10 mail.example.com. | MX 16 2 3600 1440021600 1438207200 9713 example.com. 3cPAHkmlnxcDHMyg7vFC34l0blBhuG1qpwLmjInI8w1CMB29FkEAIJUA0amxWndkmnBZ6SKiwZSAxGILn/NBtOXft0+Gj7FSvOKxE/07+4RQvE581N3Aj/JtIyaiYVdnYtyMWbSNyGEY2213WKsJlwEA
            """)
    void examplesOfTheRfcs(
            String source, String zone, String key, String owner, String type, String rdata, String rrsig)
            throws IOException, StoppedException {
        Name apex = Name.fromConstantString(zone);
        Name name = Name.fromConstantString(owner);
        for (SignatureVerifier verifier :
                List.of(SignatureVerifier.fastest(), new SignatureVerifier(Optional.empty()))) {
            ZoneKey zoneKey = new ZoneKey((DNSKEYRecord) record(apex, "DNSKEY", key), verifier);
            RRSIGRecord signature = (RRSIGRecord) record(name, "RRSIG", rrsig);
            RecordSet set = new RecordSet(name, Type.value(type));
            set.add(record(name, type, rdata));
            set.add(signature);
            RecordSetCheck check = new RecordSetCheck(verifier, SkewRule.none(), false);
            long now = signature.getExpire().getEpochSecond();
            assertThat(check.check(set, apex, List.of(zoneKey), work(now)))
                    .as(source)
                    .isInstanceOf(SetVerdict.Good.class);
            assertThat(check.check(set, apex, List.of(zoneKey), work(now + 1)))
                    .isInstanceOfSatisfying(
                            SetVerdict.Bad.class, bad -> assertThat(bad.cause()).isEqualTo(SetVerdict.Cause.EXPIRED));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            example.net. | 257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA== | 55648 13 2 b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17
            example.net. | 257 3 14 xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40 | 10771 14 4 72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0563a9b5f4d288405c3008a946df983d6
            example.com. | 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4= | 3613 15 2 3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b
            example.com. | 257 3 16 3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA | 9713 16 2 6ccf18d5bc5d7fc2fceb1d59d17321402f2aa8d368048db93dd811f5cb2b19c7
            dskey.example.com. | 256 3 5 AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw== | 60485 5 1 2bb183af5f22588179a53b0a98631fad1a292118
            """)
    void digestsOfTheRfcs(String zone, String key, String ds) throws IOException {
        Name apex = Name.fromConstantString(zone);
        DNSKEYRecord dnskey = (DNSKEYRecord) record(apex, "DNSKEY", key);
        DSRecord digest = (DSRecord) record(apex, "DS", ds);
        assertThat(dnskey.getFootprint()).isEqualTo(digest.getFootprint());
        assertThat(DigestType.matches(digest, dnskey)).isTrue();
        DSRecord other = new DSRecord(
                apex,
                DClass.IN,
                0,
                digest.getFootprint(),
                digest.getAlgorithm(),
                digest.getDigestID(),
                new byte[digest.getDigest().length]);
        assertThat(DigestType.matches(other, dnskey)).isFalse();
    }

    private static LookupWork work(long now) {
        return new LookupWork(
                new Question(Name.root, Type.A),
                (question, deadline) -> new Reply.Unusable(new Failure(Failure.Kind.TIMEOUT, "none")),
                ValidatorOptions.Limits.defaults(),
                Deadline.after(Duration.ofSeconds(5)),
                now * 1000);
    }

    private static Record record(Name owner, String type, String rdata) throws IOException {
        return Record.fromString(owner, Type.value(type), DClass.IN, 3600, rdata, Name.root);
    }
}
