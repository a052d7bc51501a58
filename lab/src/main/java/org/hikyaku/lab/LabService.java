package org.hikyaku.lab;

import java.net.InetSocketAddress;
import org.hikyaku.lab.LabDomain.Reach;

/** What is behind one address and port of the lab. */
sealed interface LabService {

    /** As the world of the lab sees it: {@code 192.0.2.7:25}. */
    InetSocketAddress address();

    Reach reach();

    /** A mail server. */
    record Mail(InetSocketAddress address, Reach reach, LabDomain domain, LabDomain.Host host) implements LabService {
        @Override
        public String toString() {
            return "mail server " + host.name();
        }
    }

    /** An MTA-STS policy host. */
    record Policy(InetSocketAddress address, Reach reach, LabDomain domain, LabDomain.Sts sts) implements LabService {
        @Override
        public String toString() {
            return "policy host of " + domain.name();
        }
    }
}
