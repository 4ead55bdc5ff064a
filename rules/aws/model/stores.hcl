# Stores that are not relational: tables, caches, buckets, search, and the backups that cover them.

# What keeps data that nothing else brings back. A cache, a replica and a member of a cluster do not: their source has the data.
set "kept_data" {
  types = [
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_docdb_cluster",
    "aws_docdbelastic_cluster",
    "aws_neptune_cluster",
    "aws_neptunegraph_graph",
    "aws_dsql_cluster",
    "aws_redshift_cluster",
    "aws_redshiftserverless_namespace",
    "aws_dynamodb_table",
    "aws_keyspaces_table",
    "aws_memorydb_cluster",
    "aws_opensearch_domain",
    "aws_elasticsearch_domain",
    "aws_opensearchserverless_collection",
    "aws_timestreamwrite_table",
    "aws_timestreaminfluxdb_db_instance",
    "aws_lightsail_database",
    "aws_qldb_ledger",
    "aws_s3_bucket",
    "aws_s3_directory_bucket",
    "aws_ebs_volume",
    "aws_efs_file_system",
    "aws_fsx_lustre_file_system",
    "aws_fsx_ontap_file_system",
    "aws_fsx_ontap_volume",
    "aws_fsx_openzfs_file_system",
    "aws_fsx_openzfs_volume",
    "aws_fsx_windows_file_system",
    "aws_cognito_user_pool",
    "aws_ecr_repository",
    "aws_msk_cluster",
    "aws_mq_broker",
  ]
}

# What compute is told the address or name of. A broker is among them: without it nothing takes the messages.
set "client_store" {
  types = [
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_rds_cluster_endpoint",
    "aws_docdb_cluster",
    "aws_docdbelastic_cluster",
    "aws_neptune_cluster",
    "aws_neptunegraph_graph",
    "aws_dsql_cluster",
    "aws_db_proxy",
    "aws_db_proxy_endpoint",
    "aws_dynamodb_table",
    "aws_dax_cluster",
    "aws_keyspaces_table",
    "aws_timestreamwrite_table",
    "aws_timestreaminfluxdb_db_instance",
    "aws_elasticache_replication_group",
    "aws_elasticache_cluster",
    "aws_elasticache_serverless_cache",
    "aws_memorydb_cluster",
    "aws_dax_cluster",
    "aws_opensearch_domain",
    "aws_elasticsearch_domain",
    "aws_opensearchserverless_collection",
    "aws_redshift_cluster",
    "aws_redshiftserverless_workgroup",
    "aws_lightsail_database",
    "aws_s3_bucket",
    "aws_s3_access_point",
    "aws_mq_broker",
    "aws_msk_cluster",
    "aws_msk_serverless_cluster",
  ]
}

# What a service cannot do without, and what CloudWatch can watch as one thing.
set "watched_store" {
  types = [
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_docdb_cluster",
    "aws_neptune_cluster",
    "aws_elasticache_replication_group",
    "aws_elasticache_cluster",
    "aws_memorydb_cluster",
    "aws_opensearch_domain",
    "aws_elasticsearch_domain",
    "aws_redshift_cluster",
    "aws_msk_cluster",
  ]
}

set "cache_store" {
  types = [
    "aws_elasticache_replication_group",
    "aws_elasticache_cluster",
  ]
}

# Locks, sessions and what is remembered for a while: nothing is lost with the table. Terraform's locks tell by their key; the items of
# the others expire by themselves, and their name says what they are.
define "keeps_nothing" {
  of = "aws_dynamodb_table"
  is = (
    self.hash_key == "LockID"
    || self.ttl[0].enabled == true && anytrue([
      for name in [address(self), default(self.name, "")] : can(regex("(?i)lock|cache|session|idempoten", name))
    ])
  )
}

# DynamoDB and S3 span the Region by themselves.
resource "aws_dynamodb_table" {
  role   = "datastore"
  zones  = []
  copies = 2
}

# A cluster-mode group has replicas per shard, another a number of nodes; nodes may also be resources of their own that join the group.
# Before provider 5 these arguments had other names and a block.
resource "aws_elasticache_replication_group" {
  role = "cache"
  zones = (
    length(default(self.preferred_cache_cluster_azs, [])) > 0 ? self.preferred_cache_cluster_azs :
    self.subnet_group_name == null && copies(self) == 1 ? [null] :
    flatten([for g in linked(self, "member_of", "aws_elasticache_subnet_group") : zones(g)])
  )
  copies = length(referrers(self, "member_of", "aws_elasticache_cluster")) + (
    default(self.num_cache_clusters, self.number_cache_clusters) != null
    ? default(self.num_cache_clusters, self.number_cache_clusters)
    : 1 + max(
      default(self.replicas_per_node_group, self.cluster_mode[0].replicas_per_node_group, 0),
      [for g in default(self.node_group_configuration, []) : default(g.replica_count, 0)]...
    )
  )
}

link "aws_elasticache_replication_group" "subnet_group_name" {
  to    = "aws_elasticache_subnet_group"
  means = "member_of"
  by    = "name"
}

link "aws_elasticache_replication_group" "global_replication_group_id" {
  to    = "aws_elasticache_global_replication_group"
  means = "member_of"
}

# Nodes stand in the zones that are named; else AWS picks them from the subnets, one zone for all unless it is told to use several.
resource "aws_elasticache_cluster" {
  role = "cache"
  zones = (
    default(self.availability_zone, "") != "" ? [self.availability_zone] :
    length(default(self.preferred_availability_zones, [])) > 0 ? self.preferred_availability_zones :
    self.az_mode == "cross-az" ? flatten([for g in linked(self, "member_of", "aws_elasticache_subnet_group") : zones(g)]) :
    [null]
  )
  copies = default(self.num_cache_nodes, 1)
}

link "aws_elasticache_cluster" "subnet_group_name" {
  to    = "aws_elasticache_subnet_group"
  means = "member_of"
  by    = "name"
}

link "aws_elasticache_cluster" "replication_group_id" {
  to    = "aws_elasticache_replication_group"
  means = "member_of"
  by    = "replication_group_id"
}

resource "aws_elasticache_subnet_group" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

link "aws_elasticache_subnet_group" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

# Outside of a network AWS picks the zone, or with zone awareness several.
resource "aws_opensearch_domain" {
  role = "datastore"
  zones = (
    length(default(self.vpc_options, [])) == 0 && self.cluster_config[0].zone_awareness_enabled != true
    ? [null]
    : flatten([for s in linked(self, "in_subnet") : zones(s)])
  )
  copies = default(self.cluster_config[0].instance_count, 1)
}

link "aws_opensearch_domain" "vpc_options.subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

# A warehouse stands in one zone: the one it names, or one of its group that AWS picks. With two it stands in both, and relocation takes it
# to any of the group.
resource "aws_redshift_cluster" {
  role = "datastore"
  zones = (
    self.multi_az == true || self.availability_zone_relocation_enabled == true
    ? flatten([for g in linked(self, "member_of", "aws_redshift_subnet_group") : zones(g)])
    : [self.availability_zone]
  )
  copies = self.multi_az == true ? 2 : 1
}

resource "aws_s3_bucket" {
  role   = "datastore"
  zones  = []
  copies = 2
}

link "aws_s3_bucket_versioning" "bucket" {
  to    = "aws_s3_bucket"
  means = "configures"
  by    = "bucket"
}

link "aws_s3_bucket_policy" "bucket" {
  to    = "aws_s3_bucket"
  means = "configures"
  by    = "bucket"
}

link "aws_s3_bucket_public_access_block" "bucket" {
  to    = "aws_s3_bucket"
  means = "configures"
  by    = "bucket"
}

link "aws_s3_bucket_lifecycle_configuration" "bucket" {
  to    = "aws_s3_bucket"
  means = "configures"
  by    = "bucket"
}

link "aws_s3_bucket_server_side_encryption_configuration" "bucket" {
  to    = "aws_s3_bucket"
  means = "configures"
  by    = "bucket"
}

link "aws_s3_bucket_notification" "bucket" {
  to    = "aws_s3_bucket"
  means = "configures"
  by    = "bucket"
}

link "aws_s3_bucket_replication_configuration" "bucket" {
  to    = "aws_s3_bucket"
  means = "configures"
  by    = "bucket"
}

link "aws_s3_bucket_logging" "bucket" {
  to    = "aws_s3_bucket"
  means = "configures"
  by    = "bucket"
}

join "aws_s3_bucket_notification" {
  from  = "bucket"
  to    = "lambda_function.lambda_function_arn"
  means = "async_invokes"
}

join "aws_s3_bucket_notification" {
  from  = "bucket"
  to    = "queue.queue_arn"
  means = "sends"
}

join "aws_s3_bucket_notification" {
  from  = "bucket"
  to    = "topic.topic_arn"
  means = "sends"
}

join "aws_s3_bucket_logging" {
  from  = "bucket"
  to    = "target_bucket"
  means = "logs_to"
}

# Backups.
# What AWS Backup can copy.
set "backed_up" {
  types = [
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_docdb_cluster",
    "aws_neptune_cluster",
    "aws_dynamodb_table",
    "aws_redshift_cluster",
    "aws_redshiftserverless_namespace",
    "aws_timestreamwrite_table",
    "aws_s3_bucket",
    "aws_efs_file_system",
    "aws_ebs_volume",
    "aws_fsx_lustre_file_system",
    "aws_fsx_ontap_volume",
    "aws_fsx_openzfs_file_system",
    "aws_fsx_windows_file_system",
    "aws_instance",
  ]
}

# A selection takes what it lists (also by patterns) and what has one of its tags; of these, what fulfils all its conditions, but nothing
# that it leaves out. With conditions alone it takes all that fulfil them.
edge "aws_backup_selection" {
  to    = resources("backed_up")
  means = "covers"
  when = (
    (
      names(self.resources, other)
      || anytrue([
        for t in default(self.selection_tag, []) :
        lookup(all_tags(other), t.key, null) == t.value
      ])
      || (
        length(default(self.condition, [])) > 0
        && length(default(self.resources, [])) == 0
        && length(default(self.selection_tag, [])) == 0
      )
    )
    && alltrue(flatten([
      for c in default(self.condition, []) : [
        [
          for t in default(c.string_equals, []) :
          lookup(all_tags(other), trimprefix(t.key, "aws:ResourceTag/"), null) == t.value
        ],
        [
          for t in default(c.string_not_equals, []) :
          lookup(all_tags(other), trimprefix(t.key, "aws:ResourceTag/"), null) != t.value
        ],
        [
          for t in default(c.string_like, []) :
          length(regexall(
            "^${replace(replace(t.value, ".", "[.]"), "*", ".*")}$",
            default(lookup(all_tags(other), trimprefix(t.key, "aws:ResourceTag/"), null), "\n")
          )) > 0
        ],
        [
          for t in default(c.string_not_like, []) :
          length(regexall(
            "^${replace(replace(t.value, ".", "[.]"), "*", ".*")}$",
            default(lookup(all_tags(other), trimprefix(t.key, "aws:ResourceTag/"), null), "\n")
          )) == 0
        ],
      ]
    ]))
    && !names(self.not_resources, other)
  )
}

link "aws_backup_selection" "plan_id" {
  to    = "aws_backup_plan"
  means = "member_of"
}

link "aws_backup_restore_testing_selection" "restore_testing_plan_name" {
  to    = "aws_backup_restore_testing_plan"
  means = "configures"
  by    = "name"
}

resource "aws_backup_plan" {
  role   = "other"
  zones  = []
  copies = 2
}

link "aws_backup_plan" "rule.target_vault_name" {
  to    = "aws_backup_vault"
  means = "uses"
  by    = "name"
}

# A backup plan makes its backups, whatever it says of them itself.
define "in_backup_plan" {
  is = length(referrers(self, "covers")) > 0
}

# How much there is of something, as numbers by the attribute that says it. Null where it is not counted.
define "capacity" {
  of = "aws_dynamodb_table"
  is = {
    read_capacity  = default(self.billing_mode, "PROVISIONED") == "PROVISIONED" ? self.read_capacity : null
    write_capacity = default(self.billing_mode, "PROVISIONED") == "PROVISIONED" ? self.write_capacity : null
  }
}

define "capacity" {
  of = "aws_elasticache_replication_group"
  is = {
    num_cache_clusters      = self.num_cache_clusters
    num_node_groups         = self.num_node_groups
    replicas_per_node_group = self.replicas_per_node_group
  }
}

define "capacity" {
  of = "aws_elasticache_cluster"
  is = { num_cache_nodes = self.num_cache_nodes }
}

define "capacity" {
  of = "aws_memorydb_cluster"
  is = {
    num_shards             = self.num_shards
    num_replicas_per_shard = self.num_replicas_per_shard
  }
}

define "capacity" {
  of = "aws_opensearch_domain"
  is = { "cluster_config.instance_count" = default(self.cluster_config[0].instance_count, 1) }
}

# Whether its copies stand in several zones, as far as one switch says so.
define "is_spread" {
  of = "aws_elasticache_replication_group"
  is = default(self.multi_az_enabled, false)
}

define "is_spread" {
  of = "aws_opensearch_domain"
  is = default(self.cluster_config[0].zone_awareness_enabled, false)
}
