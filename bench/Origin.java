import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** An origin for measurements: answers every GET with 1 KB of JSON. Run: {@code java Origin.java}. */
public final class Origin {
  public static void main(String[] arguments) throws Exception {
    byte[] body = ("{\"text\":\"" + "x".repeat(1012) + "\"}").getBytes("US-ASCII");
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 1024);
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    System.out.println(server.getAddress().getPort());
  }
}
