// App Service on Linux: the proxy is the main container, your API beside it in the same network namespace.
// Your API has to be a container too: with an app of code alone the traffic goes to the code.
param name string
param plan string
param location string = resourceGroup().location
@secure()
param redisUrl string

resource site 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  kind: 'app,linux,container'
  properties: {
    serverFarmId: plan
    httpsOnly: true
    siteConfig: {
      linuxFxVersion: 'sitecontainers'
      healthCheckPath: '/-/readyz'
      // Every container sees them: no PORT here, it would reach both.
      appSettings: [
        { name: 'UPSTREAM_URL', value: 'http://127.0.0.1:8000' }
        { name: 'REDIS_URL', value: redisUrl }
        { name: 'SIDECACHE_CONFIG_BASE64', value: loadFileAsBase64('sidecache.yaml') }
      ]
    }
  }
}

resource cache 'Microsoft.Web/sites/sitecontainers@2024-04-01' = {
  parent: site
  name: 'cache'
  properties: {
    image: 'OWNER/sidecache:0.1'
    isMain: true
    targetPort: '8080'
    authType: 'Anonymous'
    // A value is the name of an app setting.
    environmentVariables: [
      { name: 'UPSTREAM_URL', value: 'UPSTREAM_URL' }
      { name: 'REDIS_URL', value: 'REDIS_URL' }
      { name: 'SIDECACHE_CONFIG_BASE64', value: 'SIDECACHE_CONFIG_BASE64' }
    ]
  }
}

resource api 'Microsoft.Web/sites/sitecontainers@2024-04-01' = {
  parent: site
  name: 'api'
  properties: {
    image: 'OWNER/api:1'
    isMain: false
    targetPort: '8000'
    authType: 'Anonymous'
    startUpCommand: 'uvicorn app.main:app --host 127.0.0.1 --port 8000'
  }
}
