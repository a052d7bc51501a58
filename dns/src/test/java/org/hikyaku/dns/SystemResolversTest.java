package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemResolversTest {
    @TempDir
    private Path folder;

    private Path conf(String text) throws IOException {
        return Files.writeString(folder.resolve("resolv.conf"), text);
    }

    private static InetSocketAddress at53(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 53);
    }

    @Test
    void nameserverLinesInOrderWithIpv6ScopesAndNothingElse() throws Exception {
        Path file = conf("""
                # nameserver 192.0.2.9
                ; nameserver 192.0.2.10
                domain example.net
                nameservers 192.0.2.11
                options edns0 trust-ad
                nameserver 192.0.2.1
                  nameserver\t2001:db8::53   # the second
                nameserver fe80::1%1
                """);
        List<InetSocketAddress> found = SystemResolvers.configured(file);
        assertThat(found).hasSize(3).startsWith(at53("192.0.2.1"), at53("2001:db8::53"));
        assertThat(found.get(2).getAddress().getHostAddress()).isEqualTo("fe80:0:0:0:0:0:0:1%1");
    }

    @Test
    void anUnusableLineIsPassedOverWhenAnotherIsThere() throws Exception {
        Path file = conf("nameserver dns.example\nnameserver\nnameserver 192.0.2.1\n");
        assertThat(SystemResolvers.configured(file)).containsExactly(at53("192.0.2.1"));
    }

    @Test
    void noneIsASentence() throws Exception {
        assertThatThrownBy(() -> SystemResolvers.configured(folder.resolve("missing")))
                .isInstanceOf(NoResolverException.class)
                .hasMessageContainingAll("There is no file", "missing", "--resolver");
        assertThatThrownBy(() -> SystemResolvers.configured(conf("domain example.net\n")))
                .isInstanceOf(NoResolverException.class)
                .hasMessageContainingAll("has no \"nameserver\" line", "--resolver");
        assertThatThrownBy(() -> SystemResolvers.configured(conf("nameserver dns.example\n")))
                .isInstanceOf(NoResolverException.class)
                .hasMessageContainingAll("\"dns.example\"", "--resolver");
        assertThatThrownBy(() -> SystemResolvers.configured(folder))
                .isInstanceOf(NoResolverException.class)
                .hasMessageContainingAll("cannot be read", "--resolver");
    }
}
