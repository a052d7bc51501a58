package org.hikyaku.relay.filter;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.hikyaku.net.Addresses;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Network;
import org.hikyaku.smtp.server.Client;
import org.hikyaku.smtp.server.IncomingMail;
import org.hikyaku.smtp.server.MailRefusedException;

/** A filter that is asked about each mail, over a connection of its own. */
final class Milter {
    private final Network network;
    private final InetSocketAddress address;
    private final Duration timeout;
    private final String hostName;

    Milter(Network network, InetSocketAddress address, Duration timeout, String hostName) {
        this.network = network;
        this.address = address;
        this.timeout = timeout;
        this.hostName = hostName;
    }

    /**
     * @throws FilterException when it cannot be asked, or does not answer as it should
     * @throws MailRefusedException when the mail cannot be shown to a filter
     */
    Verdict ask(Client client, IncomingMail mail, Spool content) throws FilterException, MailRefusedException {
        try (Connection connection = network.dial(address, Deadline.after(timeout))) {
            MilterSession session = new MilterSession(connection, timeout, hostName);
            session.negotiate();
            Verdict verdict = session.ask(client, mail, content);
            session.quit();
            return verdict;
        } catch (MailRefusedException e) {
            throw e;
        } catch (FilterException e) {
            throw new FilterException("the filter at " + Addresses.text(address) + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new FilterException(
                    "the filter at " + Addresses.text(address) + " cannot be asked: " + e.getMessage(), e);
        }
    }
}
