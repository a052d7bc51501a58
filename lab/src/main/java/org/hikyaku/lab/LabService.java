package org.hikyaku.lab;

import java.net.InetSocketAddress;
import org.hikyaku.lab.LabDomain.Reach;

/** What is behind one address and port of the lab. */
sealed interface LabService {

    /** As the world of the lab sees it: {@code 192.0.2.7:25}. */
    InetSocketAddress address();

    Reach reach();

    LabDomain domain();

    LabWatch.Host asHost();

    /** A mail server. */
    record Mail(InetSocketAddress address, Reach reach, LabDomain domain, LabDomain.Host host) implements LabService {
        @Override
        public LabWatch.Host asHost() {
            return new LabWatch.Host(LabWatch.Service.MAIL, domain, host.name().toString(true), address);
        }

        @Override
        public String toString() {
            return "mail server " + host.name();
        }
    }

    /** An MTA-STS policy host. */
    record Policy(InetSocketAddress address, Reach reach, LabDomain domain, LabDomain.Sts sts) implements LabService {
        @Override
        public LabWatch.Host asHost() {
            return new LabWatch.Host(LabWatch.Service.POLICY, domain, "mta-sts." + domain.text(), address);
        }

        @Override
        public String toString() {
            return "policy host of " + domain.name();
        }
    }

    /** A receiver of TLS reports. */
    record Reports(InetSocketAddress address, Reach reach, LabDomain domain, LabDomain.Reports reports)
            implements LabService {
        String name() {
            return "reports." + domain.text();
        }

        @Override
        public LabWatch.Host asHost() {
            return new LabWatch.Host(LabWatch.Service.REPORTS, domain, name(), address);
        }

        @Override
        public String toString() {
            return "receiver of reports " + name();
        }
    }
}
