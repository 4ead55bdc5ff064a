# What brings data back: protection from deletion, versions of objects, snapshots, and backups beside those of stores.hcl.

# Whether AWS refuses to delete it, by the switch that the type has for that.
define "refuses_deletion" {
  of = "load_balancer"
  is = self.enable_deletion_protection == true
}

define "refuses_deletion" {
  of = ["aws_eks_cluster", "aws_docdb_global_cluster", "aws_neptune_global_cluster"]
  is = self.deletion_protection == true
}

define "refuses_deletion" {
  of = "aws_networkfirewall_firewall"
  is = self.delete_protection == true
}

define "refuses_deletion" {
  of = "aws_dsql_cluster"
  is = self.deletion_protection_enabled == true
}

define "refuses_deletion" {
  of = "aws_cognito_user_pool"
  is = self.deletion_protection == "ACTIVE"
}

# These are protected unless somebody says otherwise.
define "refuses_deletion" {
  of = "aws_qldb_ledger"
  is = self.deletion_protection != false
}

define "refuses_deletion" {
  of = "aws_cloudtrail_event_data_store"
  is = self.termination_protection_enabled != false
}

# How many days of automatic backups a store keeps, as far as its own arguments say; zero for none.
define "backup_days" {
  of = "aws_redshift_cluster"
  is = default(self.automated_snapshot_retention_period, 1)
}

define "backup_days" {
  of = "aws_memorydb_cluster"
  is = default(self.snapshot_retention_limit, 0)
}

define "backup_days" {
  of = "aws_docdbelastic_cluster"
  is = self.backup_retention_period
}

define "backup_days" {
  of = "aws_fsx_windows_file_system"
  is = default(self.automatic_backup_retention_days, 7)
}

# The provider asks for none where nobody says how many.
define "backup_days" {
  of = ["aws_fsx_ontap_file_system", "aws_fsx_openzfs_file_system"]
  is = default(self.automatic_backup_retention_days, 0)
}

# The same of relational databases, which have rules of their own. A cluster keeps a day at least: AWS takes no zero there.
define "database_backup_days" {
  of = "aws_db_instance"
  is = default(self.backup_retention_period, 0)
}

define "database_backup_days" {
  of = ["aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"]
  is = max(1, default(self.backup_retention_period, 1))
}

# Somebody marks it for backups: a selection of another configuration may go by that tag.
define "is_marked_for_backup" {
  is = anytrue([
    for k in keys(all_tags(self)) : can(regex("(?i)backup|snapshot|dlm", k))
  ])
}

# A snapshot policy takes the volumes, or the machines with their volumes, that carry one of its tags; a default policy takes all.
edge "aws_dlm_lifecycle_policy" {
  to    = resources("aws_ebs_volume", "aws_instance")
  means = "covers"
  when = default(self.state, "ENABLED") == "ENABLED" && (
    self.default_policy != null
    || anytrue(flatten([
      for d in default(self.policy_details, []) : [
        for k, v in default(d.target_tags, {}) :
        lookup(all_tags(other), k, null) == v
        if anytrue([for t in default(d.resource_types, []) : t == (is(other, "aws_instance") ? "INSTANCE" : "VOLUME")])
      ]
    ]))
  )
}

# Buckets.
link "aws_s3_bucket_website_configuration" "bucket" {
  to    = "aws_s3_bucket"
  means = "configures"
  by    = "bucket"
}

link "aws_s3_bucket_object_lock_configuration" "bucket" {
  to    = "aws_s3_bucket"
  means = "configures"
  by    = "bucket"
}

# What writes logs, reports or results into a bucket, or reads what a pipeline puts there. Nobody edits those, and what is lost is made anew or
# was only a copy.
set "report_writer" {
  types = [
    "aws_athena_workgroup",
    "aws_cloudtrail",
    "aws_cloudfront_distribution",
    "aws_codebuild_project",
    "aws_codepipeline",
    "aws_config_delivery_channel",
    "aws_cur_report_definition",
    "aws_flow_log",
    "aws_globalaccelerator_accelerator",
    "aws_kinesis_firehose_delivery_stream",
    "aws_lb",
    "aws_redshift_logging",
    "aws_s3_bucket_inventory",
    "aws_s3_bucket_logging",
    "aws_ssm_association",
    "aws_wafv2_web_acl_logging_configuration",
  ]
}

# The rules that delete objects, in either form: of all objects (`whole`) and after how many days.
define "expirations" {
  of = "aws_s3_bucket"
  is = concat(
    flatten([
      for c in referrers(self, "configures", "aws_s3_bucket_lifecycle_configuration") : [
        for r in default(c.rule, []) : {
          days       = r.expiration[0].days
          noncurrent = r.noncurrent_version_expiration[0].noncurrent_days
          kept       = r.noncurrent_version_expiration[0].newer_noncurrent_versions
          whole = (
            default(r.prefix, r.filter[0].prefix, "") == ""
            && length(default(r.filter[0].and, [])) == 0
            && length(default(r.filter[0].tag, [])) == 0
          )
        } if r.status == "Enabled"
      ]
    ]),
    [
      for r in default(self.lifecycle_rule, []) : {
        days       = r.expiration[0].days
        noncurrent = r.noncurrent_version_expiration[0].days
        kept       = null
        whole      = default(r.prefix, "") == "" && length(default(r.tags, {})) == 0
      } if r.enabled == true
    ],
  )
}

# Whether what is overwritten or deleted stays as an older version.
define "keeps_versions" {
  of = "aws_s3_bucket"
  is = (
    self.versioning[0].enabled == true
    || self.object_lock_enabled == true
    || anytrue([
      for v in referrers(self, "configures", "aws_s3_bucket_versioning") : v.versioning_configuration[0].status == "Enabled"
    ])
  )
}

# Terraform's state, by the names that people give such buckets.
define "holds_state" {
  of = "aws_s3_bucket"
  is = anytrue([
    for name in [address(self), default(self.bucket, "")] :
    can(regex("(?i)(tf|terraform)[-_.]?(remote[-_.]?)?(state|backend)", name))
  ])
}

# Words that people give buckets whose content can be made anew, is a record that nobody changes, or goes by itself.
define "has_passing_name" {
  of = "aws_s3_bucket"
  is = anytrue([
    for name in [address(self), default(self.bucket, self.bucket_prefix, "")] : can(regex(
      "(?i)logs([^a-z]|$)|(^|[^a-z])(log|tmp|temp|cdn|www|web|elb|alb|code|src|test|tempo)([^a-z]|$)|logging|trail|artifact|artefact|temporary|cache|scratch|staging|build|deploy|packages|releases|results|website|static|assets|frontend|inventory|reports|lambda|layers|scripts|registry|loki|thanos|mimir|cortex|sandbox|example|ephemeral",
      name
    ))
  ])
}

define "holds_copies_only" {
  of = "aws_s3_bucket"
  is = (
    has_passing_name(self)
    || length(referrers(self, "logs_to")) > 0
    || length(referrers(self, "fetches_from")) > 0
    || length(referrers(self, "forwards", "aws_cloudfront_distribution")) > 0
    || length(referrers(self, "refers", "report_writer")) > 0
    || length(referrers(self, "configures", "aws_s3_bucket_website_configuration")) > 0
    || length(default(self.website, [])) > 0
    || anytrue([for e in expirations(self) : e.whole && e.days != null])
  )
}

# Vaults.
link "aws_backup_vault_lock_configuration" "backup_vault_name" {
  to    = "aws_backup_vault"
  means = "configures"
  by    = "name"
}

# How many hours lie between two backups of a rule of a plan, as if it ran at equal distances; days of the week count as every day. What has no
# schedule runs once a day. None between continuous backups.
define "hours_between_backups" {
  of = "aws_backup_plan"
  is = [
    for r in default(self.rule, []) : (
      r.enable_continuous_backup == true ? 0 :
      default(r.schedule, "") == "" ? 24 :
      can(regex("^rate\\(\\s*[0-9]+\\s+minutes?\\s*\\)$", r.schedule)) ? tonumber(regex("[0-9]+", r.schedule)) / 60 :
      can(regex("^rate\\(\\s*[0-9]+\\s+hours?\\s*\\)$", r.schedule)) ? tonumber(regex("[0-9]+", r.schedule)) :
      can(regex("^rate\\(\\s*[0-9]+\\s+days?\\s*\\)$", r.schedule)) ? 24 * tonumber(regex("[0-9]+", r.schedule)) :
      can(regex("^cron\\(\\s*\\S+\\s+\\S+\\s+(\\*|[?]|1/1|\\*/1)\\s+\\*\\s+(\\*|[?]|\\S*[-,]\\S*)\\s+", r.schedule)) ? (
        # Every hour, every so many hours, or at so many hours of the day.
        can(regex("^cron\\(\\s*\\S+\\s+\\*\\s", r.schedule)) ? 1 :
        can(regex("^cron\\(\\s*\\S+\\s+[0-9*]+/[0-9]+\\s", r.schedule)) ? tonumber(regex("^cron\\(\\s*\\S+\\s+[0-9*]+/([0-9]+)\\s", r.schedule)[0]) :
        24 / length(split(",", split(" ", replace(trimspace(trimprefix(r.schedule, "cron(")), "/\\s+/", " "))[1]))
      ) :
      can(regex("^cron\\(\\s*\\S+\\s+\\S+\\s+[?]\\s+\\*\\s+\\S+\\s+", r.schedule)) ? 168 :
      can(regex("^cron\\(\\s*\\S+\\s+\\S+\\s+([0-9]+|L)\\s+\\*\\s+[?]\\s+", r.schedule)) ? 744 :
      can(regex("^cron\\(\\s*\\S+\\s+\\S+\\s+\\S+\\s+[0-9A-Z,/-]+\\s+\\S+\\s+", r.schedule)) ? 2208 :
      24
    )
  ]
}

# Parameter groups.
link "aws_db_instance" "parameter_group_name" {
  to    = "aws_db_parameter_group"
  means = "uses"
  by    = "name"
}

link "aws_rds_cluster_instance" "db_parameter_group_name" {
  to    = "aws_db_parameter_group"
  means = "uses"
  by    = "name"
}

link "aws_rds_cluster" "db_cluster_parameter_group_name" {
  to    = "aws_rds_cluster_parameter_group"
  means = "uses"
  by    = "name"
}

# A cache that can be filled again needs no snapshots. These words, and a policy that refuses writes instead of evicting, say that it is none.
define "keeps_state" {
  of = "aws_elasticache_replication_group"
  is = (
    anytrue([
      for text in [
        address(self), default(self.replication_group_id, ""), default(self.description, self.replication_group_description, ""),
      ] :
      can(regex("(?i)queue|(^|[^a-z])(jobs?|carts?|baskets?|state|celery|sidekiq|bull|resque|broker)([^a-z]|$)|leaderboard|persist|datastore", text))
    ])
    || anytrue(flatten([
      for g in refs(self.parameter_group_name, "aws_elasticache_parameter_group") : [
        for p in default(g.parameter, []) : p.name == "maxmemory-policy" && p.value == "noeviction"
      ]
    ]))
  )
}
