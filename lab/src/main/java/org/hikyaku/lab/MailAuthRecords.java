package org.hikyaku.lab;

import java.util.List;

/**
 * The records of mail authentication that a domain of the lab has, each list in the form in which it is published.
 *
 * @param spf TXT records at the domain
 * @param dmarc TXT records at {@code _dmarc}
 * @param dkim keys as "SELECTOR TEXT"
 * @param caa CAA records at the domain as "FLAGS TAG \"VALUE\""
 */
public record MailAuthRecords(List<String> spf, List<String> dmarc, List<String> dkim, List<String> caa) {
    /** The issuer's name in the certificates that the lab's public authority makes. */
    public static final String AUTHORITY_NAME = "Lab Intermediate CA";

    /** By which domain that authority goes in CAA records. */
    public static final String AUTHORITY = "ca.example";

    /** A key whose private half nobody kept. */
    private static final String KEY = "v=DKIM1; k=rsa; p="
            + "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtnFm5YZQOlx0RoaS+tewFYJFIFB/r0mL7+uTzr/RHr6W2tcggtYhJ7NB"
            + "bIVfXTI2dFmJcXSx1z/lYsVT1MJQH7BRyRoB4O6Ref62gmyaF4z43kPyfZVRq9xB2KGXC7TGlzR7mJ1O383/ax9lxpbI9yhX8V1X"
            + "/aVqWuxSoehgXl+lPk7ep6eEeQTdYWDdn/Sxdu4QrsW2GTPKl2O8cTat+WV+6wXPjtq+MCekI+fq02leYIf7rKPewr6zxOo8qKrb"
            + "vsDIXioamjHJYluPDfWBFMiUGzoM3dMHptqWPP64jGlMIfMW1CLgRqZrogwF1IlwzIdeR+47F65zzwTSt4aytQIDAQAB";

    static final List<String> GOOD_SPF = List.of("v=spf1 ip4:192.0.2.0/24 -all");

    static final List<String> GOOD_DKIM = List.of("default " + KEY);

    static final List<String> GOOD_CAA = List.of("0 issue \"" + AUTHORITY + "\"");

    public MailAuthRecords {
        spf = List.copyOf(spf);
        dmarc = List.copyOf(dmarc);
        dkim = List.copyOf(dkim);
        caa = List.copyOf(caa);
    }

    static List<String> goodDmarc(String domain) {
        return List.of("v=DMARC1; p=reject; rua=mailto:dmarc-reports@" + domain);
    }
}
