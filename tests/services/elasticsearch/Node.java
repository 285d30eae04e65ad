import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.plugins.PluginsLoader;

/** A real Elasticsearch of one node. Arguments: the folder with its modules, that of its data, HTTP port, transport port. */
public class Node {
  public static void main(String[] arguments) throws Exception {
    Path modules = Path.of(arguments[0]).toAbsolutePath(), home = Path.of(arguments[1]).toAbsolutePath();
    Settings settings = Settings.builder()
        .put("path.home", home.toString())
        .put("node.name", "efi").put("cluster.name", "efi").put("discovery.type", "single-node")
        .put("network.host", "127.0.0.1").put("http.port", arguments[2]).put("transport.port", arguments[3])
        .put("cluster.routing.allocation.disk.threshold_enabled", false)
        .build();
    var environment = InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), home.resolve("config"), () -> "efi");
    LogConfigurator.configureESLogging();
    var loader = PluginsLoader.createPluginsLoader(PluginsLoader.loadModulesBundles(modules), Set.of(), Map.of(), false);
    var node = new org.elasticsearch.node.Node(environment, loader);
    node.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      try {
        node.close();
      } catch (Exception failed) {
        System.err.println("could not close the node cleanly: " + failed);
      }
    }));
    Thread.currentThread().join();
  }
}
