package org.hikyaku.check.auth;

import java.util.List;
import java.util.Map;
import org.hikyaku.check.auth.caa.CaaReport;
import org.hikyaku.check.auth.dkim.DkimReport;
import org.hikyaku.check.auth.dmarc.DmarcReport;
import org.hikyaku.check.auth.spf.SpfReport;
import org.hikyaku.dns.Answer;
import org.xbill.DNS.Name;

/**
 * What a domain publishes about who may send in its name and issue for its hosts. A pure value.
 *
 * @param own the answers for names that are the domain's own: its TXT and {@code _dmarc}
 * @param caa by host: the MX hosts and, with MTA-STS, the policy host
 * @param reverse of the addresses of the MX hosts
 */
public record MailAuth(
        SpfReport spf,
        DmarcReport dmarc,
        DkimReport dkim,
        NameServers nameServers,
        Map<Name, CaaReport> caa,
        List<Reverse> reverse,
        List<Answer> own) {
    public MailAuth {
        caa = Map.copyOf(caa);
        reverse = List.copyOf(reverse);
        own = List.copyOf(own);
    }
}
