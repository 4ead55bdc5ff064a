# Alarms that AWS recommends, by the type that they watch: the rows about whole resources of the table "Recommended alarms" of the Amazon
# CloudWatch User Guide, taken over from a stored copy on 2026-11-29. Rows by method, container, account and key are left out. A threshold
# that depends on the situation is null. `tells` is ours: what an alarm on the metric tells of. Rules about alarms that are missing accept any
# alarm on a metric that tells the same; a metric that tells of nothing in particular has none.
#
# Types below the line are not in that table; their metrics are from the user guides of the services.

define "recommended_alarms" {
  of = "aws_api_gateway_rest_api"
  is = [
    { metric = "4XXError", tells = "failure", statistic = "Average", threshold = 0.05, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "5XXError", tells = "failure", statistic = "Average", threshold = 0.05, period = 60, datapoints = 3, periods = 3, operator = "GreaterThanThreshold" },
    { metric = "Count", tells = null, statistic = "SampleCount", threshold = null, period = 60, datapoints = 10, periods = 10, operator = "LessThanThreshold" },
    { metric = "Latency", tells = null, statistic = "p90", threshold = 2500, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanOrEqualToThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_apigatewayv2_api"
  is = [
    { metric = "Count", tells = null, statistic = "SampleCount", threshold = null, period = 60, datapoints = 10, periods = 10, operator = "LessThanThreshold" },
    { metric = "IntegrationLatency", tells = null, statistic = "p90", threshold = 2000, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanOrEqualToThreshold" },
    { metric = "Latency", tells = null, statistic = "p90", threshold = 2500, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanOrEqualToThreshold" },
    { metric = "4xx", tells = "failure", statistic = "Average", threshold = 0.05, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "5xx", tells = "failure", statistic = "Average", threshold = 0.05, period = 60, datapoints = 3, periods = 3, operator = "GreaterThanThreshold" },
    { metric = "MessageCount", tells = null, statistic = "SampleCount", threshold = null, period = 60, datapoints = 10, periods = 10, operator = "LessThanThreshold" },
    { metric = "ClientError", tells = null, statistic = "Average", threshold = 0.05, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "ExecutionError", tells = "failure", statistic = "Average", threshold = 0.05, period = 60, datapoints = 3, periods = 3, operator = "GreaterThanThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_autoscaling_group"
  is = [
    { metric = "GroupInServiceCapacity", tells = "loss", statistic = "Average", threshold = null, period = 60, datapoints = 10, periods = 10, operator = "LessThanThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_acm_certificate"
  is = [
    { metric = "DaysToExpiry", tells = "expiry", statistic = "Minimum", threshold = 44, period = 86400, datapoints = 1, periods = 1, operator = "LessThanOrEqualToThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_cloudfront_distribution"
  is = [
    { metric = "5xxErrorRate", tells = "failure", statistic = "Average", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "OriginLatency", tells = "delay", statistic = "p90", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_dynamodb_table"
  is = [
    { metric = "ReadThrottleEvents", tells = "failure", statistic = "Sum", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "ReplicationLatency", tells = "lag", statistic = "Average", threshold = null, period = 60, datapoints = 15, periods = 15, operator = "GreaterThanThreshold" },
    { metric = "SystemErrors", tells = "failure", statistic = "Sum", threshold = null, period = 60, datapoints = 15, periods = 15, operator = "GreaterThanThreshold" },
    { metric = "WriteThrottleEvents", tells = "failure", statistic = "Sum", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_instance"
  is = [
    { metric = "CPUUtilization", tells = null, statistic = "Average", threshold = 80, period = 300, datapoints = 3, periods = 3, operator = "GreaterThanThreshold" },
    { metric = "StatusCheckFailed", tells = "loss", statistic = "Maximum", threshold = 1, period = 300, datapoints = 2, periods = 2, operator = "GreaterThanOrEqualToThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_elasticache_cluster"
  is = [
    { metric = "CPUUtilization", tells = "health", statistic = "Average", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "CurrConnections", tells = "health", statistic = "Average", threshold = null, period = 60, datapoints = 10, periods = 10, operator = "GreaterThanThreshold" },
    { metric = "DatabaseMemoryUsagePercentage", tells = "health", statistic = "Average", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "EngineCPUUtilization", tells = "health", statistic = "Average", threshold = 90, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "ReplicationLag", tells = null, statistic = "Average", threshold = null, period = 60, datapoints = 15, periods = 15, operator = "GreaterThanThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_ecs_service"
  is = [
    { metric = "CPUUtilization", tells = "load", statistic = "Average", threshold = 80, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "EBSFilesystemUtilization", tells = null, statistic = "Average", threshold = 80, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "MemoryUtilization", tells = "load", statistic = "Average", threshold = 80, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "TargetResponseTime", tells = null, statistic = "Average", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_efs_file_system"
  is = [
    { metric = "PercentIOLimit", tells = "health", statistic = "Average", threshold = 100, period = 60, datapoints = 15, periods = 15, operator = "GreaterThanOrEqualToThreshold" },
    { metric = "BurstCreditBalance", tells = "health", statistic = "Average", threshold = 0, period = 60, datapoints = 15, periods = 15, operator = "LessThanOrEqualToThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_kinesis_stream"
  is = [
    { metric = "GetRecords.IteratorAgeMilliseconds", tells = "delay", statistic = "Maximum", threshold = null, period = 60, datapoints = 15, periods = 15, operator = "GreaterThanThreshold" },
    { metric = "GetRecords.Success", tells = null, statistic = "Average", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "LessThanThreshold" },
    { metric = "PutRecord.Success", tells = null, statistic = "Average", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "LessThanThreshold" },
    { metric = "PutRecords.FailedRecords", tells = null, statistic = "Sum", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "ReadProvisionedThroughputExceeded", tells = "delay", statistic = "Average", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "WriteProvisionedThroughputExceeded", tells = "failure", statistic = "Average", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_lambda_function"
  is = [
    { metric = "Errors", tells = "failure", statistic = "Sum", threshold = null, period = 60, datapoints = 3, periods = 3, operator = "GreaterThanThreshold" },
    { metric = "Throttles", tells = "throttle", statistic = "Sum", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanOrEqualToThreshold" },
    { metric = "Duration", tells = null, statistic = "p90", threshold = null, period = 60, datapoints = 15, periods = 15, operator = "GreaterThanThreshold" },
    { metric = "ConcurrentExecutions", tells = "throttle", statistic = "Maximum", threshold = null, period = 60, datapoints = 10, periods = 10, operator = "GreaterThanThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_nat_gateway"
  is = [
    { metric = "ErrorPortAllocation", tells = "failure", statistic = "Sum", threshold = 0, period = 60, datapoints = 15, periods = 15, operator = "GreaterThanThreshold" },
    { metric = "PacketsDropCount", tells = "failure", statistic = "Sum", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_db_instance"
  is = [
    { metric = "CPUUtilization", tells = null, statistic = "Average", threshold = 90, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "DatabaseConnections", tells = null, statistic = "Average", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "EBSByteBalance%", tells = null, statistic = "Average", threshold = 10, period = 60, datapoints = 3, periods = 3, operator = "LessThanThreshold" },
    { metric = "EBSIOBalance%", tells = null, statistic = "Average", threshold = 10, period = 60, datapoints = 3, periods = 3, operator = "LessThanThreshold" },
    { metric = "FreeableMemory", tells = null, statistic = "Average", threshold = null, period = 60, datapoints = 15, periods = 15, operator = "LessThanThreshold" },
    { metric = "FreeLocalStorage", tells = null, statistic = "Average", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "LessThanThreshold" },
    { metric = "FreeStorageSpace", tells = "storage", statistic = "Minimum", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "LessThanThreshold" },
    { metric = "MaximumUsedTransactionIDs", tells = null, statistic = "Average", threshold = 1000000000, period = 60, datapoints = 1, periods = 1, operator = "GreaterThanThreshold" },
    { metric = "ReadLatency", tells = null, statistic = "p90", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "ReplicaLag", tells = "lag", statistic = "Maximum", threshold = 60, period = 60, datapoints = 10, periods = 10, operator = "GreaterThanThreshold" },
    { metric = "WriteLatency", tells = null, statistic = "p90", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "DBLoad", tells = null, statistic = "Average", threshold = null, period = 60, datapoints = 15, periods = 15, operator = "GreaterThanThreshold" },
    { metric = "BlockedTransactions", tells = null, statistic = "Average", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "BufferCacheHitRatio", tells = null, statistic = "Average", threshold = 80, period = 60, datapoints = 10, periods = 10, operator = "LessThanThreshold" },
    { metric = "RollbackSegmentHistoryListLength", tells = null, statistic = "Average", threshold = 1000000, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_rds_cluster"
  is = [
    { metric = "AuroraVolumeBytesLeftTotal", tells = "storage", statistic = "Average", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "LessThanThreshold" },
    { metric = "AuroraBinlogReplicaLag", tells = "lag", statistic = "Average", threshold = -1, period = 60, datapoints = 2, periods = 2, operator = "LessThanOrEqualToThreshold" },
    { metric = "EngineUptime", tells = null, statistic = "Average", threshold = 0, period = 60, datapoints = 2, periods = 2, operator = "LessThanOrEqualToThreshold" },
    { metric = "StorageNetworkThroughput", tells = null, statistic = "Average", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_route53_health_check"
  is = [
    { metric = "HealthCheckStatus", tells = "loss", statistic = "Average", threshold = 1, period = 60, datapoints = 3, periods = 3, operator = "LessThanThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_s3_bucket"
  is = [
    { metric = "4xxErrors", tells = null, statistic = "Average", threshold = 0.05, period = 60, datapoints = 15, periods = 15, operator = "GreaterThanThreshold" },
    { metric = "5xxErrors", tells = "failure", statistic = "Average", threshold = 0.05, period = 60, datapoints = 15, periods = 15, operator = "GreaterThanThreshold" },
    { metric = "OperationsFailedReplication", tells = "lag", statistic = "Maximum", threshold = 0, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_sns_topic"
  is = [
    { metric = "NumberOfMessagesPublished", tells = null, statistic = "Sum", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "LessThanThreshold" },
    { metric = "NumberOfNotificationsDelivered", tells = null, statistic = "Sum", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "LessThanThreshold" },
    { metric = "NumberOfNotificationsFailed", tells = "failure", statistic = "Sum", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "NumberOfNotificationsFilteredOut-InvalidAttributes", tells = null, statistic = "Sum", threshold = 0, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "NumberOfNotificationsFilteredOut-InvalidMessageBody", tells = null, statistic = "Sum", threshold = 0, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "NumberOfNotificationsRedrivenToDlq", tells = "failure", statistic = "Sum", threshold = 0, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "NumberOfNotificationsFailedToRedriveToDlq", tells = "failure", statistic = "Sum", threshold = 0, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "SMSMonthToDateSpentUSD", tells = null, statistic = "Maximum", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
    { metric = "SMSSuccessRate", tells = null, statistic = "Average", threshold = null, period = 60, datapoints = 5, periods = 5, operator = "GreaterThanThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_sqs_queue"
  is = [
    { metric = "ApproximateAgeOfOldestMessage", tells = "delay", statistic = "Maximum", threshold = null, period = 60, datapoints = 15, periods = 15, operator = "GreaterThanOrEqualToThreshold" },
    { metric = "ApproximateNumberOfMessagesNotVisible", tells = "delay", statistic = "Average", threshold = null, period = 60, datapoints = 15, periods = 15, operator = "GreaterThanOrEqualToThreshold" },
    { metric = "ApproximateNumberOfMessagesVisible", tells = "delay", statistic = "Average", threshold = null, period = 60, datapoints = 15, periods = 15, operator = "GreaterThanOrEqualToThreshold" },
    { metric = "NumberOfMessagesSent", tells = null, statistic = "Sum", threshold = 0, period = 60, datapoints = 15, periods = 15, operator = "LessThanOrEqualToThreshold" },
  ]
}

define "recommended_alarms" {
  of = "aws_vpn_connection"
  is = [
    { metric = "TunnelState", tells = "loss", statistic = "Minimum", threshold = 1, period = 300, datapoints = 3, periods = 3, operator = "LessThanThreshold" },
  ]
}

# ----------------------------------------------------------------------------------------------------------------------------------------------

define "recommended_alarms" {
  of = "aws_sfn_state_machine"
  is = [
    { metric = "ExecutionsFailed", tells = "failure", statistic = "Sum", threshold = 0, period = 60 },
    { metric = "ExecutionsTimedOut", tells = "failure", statistic = "Sum", threshold = 0, period = 60 },
    { metric = "ExecutionsAborted", tells = "failure", statistic = "Sum", threshold = 0, period = 60 },
    { metric = "ExecutionThrottled", tells = "failure", statistic = "Sum", threshold = 0, period = 60 },
  ]
}

define "recommended_alarms" {
  of = ["aws_opensearch_domain", "aws_elasticsearch_domain"]
  is = [
    { metric = "ClusterStatus.red", tells = "health", statistic = "Maximum", threshold = 1, period = 60 },
    { metric = "ClusterStatus.yellow", tells = "health", statistic = "Maximum", threshold = 1, period = 60 },
    { metric = "ClusterStatus.green", tells = "health", statistic = "Minimum", threshold = 0, period = 60 },
    { metric = "FreeStorageSpace", tells = "health", statistic = "Minimum", threshold = null, period = 60 },
    { metric = "ClusterIndexWritesBlocked", tells = "health", statistic = "Maximum", threshold = 1, period = 300 },
    { metric = "Nodes", tells = "health", statistic = "Minimum", threshold = null, period = 86400 },
    { metric = "JVMMemoryPressure", tells = "health", statistic = "Maximum", threshold = 95, period = 60 },
    { metric = "CPUUtilization", tells = "health", statistic = "Maximum", threshold = 80, period = 900 },
  ]
}

define "recommended_alarms" {
  of = "aws_msk_cluster"
  is = [
    { metric = "ActiveControllerCount", tells = "health", statistic = "Sum", threshold = 1, period = 60 },
    { metric = "OfflinePartitionsCount", tells = "health", statistic = "Maximum", threshold = 0, period = 60 },
    { metric = "UnderReplicatedPartitions", tells = "health", statistic = "Maximum", threshold = 0, period = 60 },
    { metric = "KafkaDataLogsDiskUsed", tells = "health", statistic = "Maximum", threshold = 85, period = 60 },
    { metric = "StorageUsed", tells = "health", statistic = "Maximum", threshold = null, period = 60 },
    { metric = "CpuUser", tells = "health", statistic = "Average", threshold = null, period = 60 },
    { metric = "CpuSystem", tells = "health", statistic = "Average", threshold = null, period = 60 },
  ]
}

define "recommended_alarms" {
  of = "aws_dx_connection"
  is = [
    { metric = "ConnectionState", tells = "loss", statistic = "Minimum", threshold = 1, period = 300 },
    { metric = "VirtualInterfaceBgpStatus", tells = "loss", statistic = "Minimum", threshold = 1, period = 300 },
  ]
}

define "recommended_alarms" {
  of = "aws_synthetics_canary"
  is = [
    { metric = "SuccessPercent", tells = "failure", statistic = "Average", threshold = null, period = 300 },
    { metric = "Failed", tells = "failure", statistic = "Sum", threshold = 0, period = 300 },
    { metric = "2xx", tells = "failure", statistic = "Sum", threshold = null, period = 300 },
    { metric = "5xx", tells = "failure", statistic = "Sum", threshold = 0, period = 300 },
  ]
}

# The metrics of a node that tell of something, by what they tell of: `telling(self).failure`.
define "telling" {
  is = {
    for tells in distinct([for r in default(recommended_alarms(self), []) : r.tells if r.tells != null]) :
    tells => [for r in recommended_alarms(self) : r.metric if r.tells == tells]
  }
}

# The alarms on a node that tell of it. An alarm over an expression may read any metric of its namespace.
define "told" {
  is = {
    for tells, names in telling(self) :
    tells => [for a in alarms(self) : a if length(metrics(a)) == 0 || anytrue([for m in metrics(a) : contains(names, m)])]
  }
}
