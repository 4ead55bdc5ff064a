# What is known of the metrics of AWS, by namespace. Only facts that hold whatever is added later: a metric that is not named here is not
# thereby wrong. Taken on 2026-11-29 from stored copies of the metric pages in the services' user guides (Elastic Load Balancing, Amazon ECS, Amazon S3,
# CloudFront, Kinesis Data Streams, EC2, EC2 Auto Scaling, API Gateway, OpenSearch Service) and from CloudWatch's recommended alarms.

# Dimensions without which a metric has no data, by namespace and the names of the metrics.
define "metric_dimensions" {
  of = "aws_cloudwatch_metric_alarm"
  is = {
    "AWS/ApplicationELB" = [
      { metrics = "^(Un)?HealthyHostCount$", needs = ["LoadBalancer", "TargetGroup"] },
      { metrics = "^(HTTP|TargetResponseTime|RejectedConnectionCount|ActiveConnectionCount|RequestCount$)", needs = ["LoadBalancer"] },
    ]
    "AWS/NetworkELB"        = [{ metrics = "^(Un)?HealthyHostCount$", needs = ["LoadBalancer", "TargetGroup"] }]
    "AWS/GatewayELB"        = [{ metrics = "^(Un)?HealthyHostCount$", needs = ["LoadBalancer", "TargetGroup"] }]
    "AWS/ECS"               = [{ metrics = "^(CPU|Memory)(Utilization|Reservation)$", needs = ["ClusterName"] }]
    "ECS/ContainerInsights" = [{ metrics = ".", needs = ["ClusterName"] }]
    "AWS/SQS"               = [{ metrics = ".", needs = ["QueueName"] }]
    "AWS/ES"                = [{ metrics = ".", needs = ["ClientId", "DomainName"] }]
    "AWS/CloudFront"        = [{ metrics = ".", needs = ["DistributionId", "Region"] }]
    "AWS/DynamoDB" = [
      { metrics = "^(ThrottledRequests|SuccessfulRequestLatency|ReturnedItemCount)$", needs = ["TableName", "Operation"] },
      { metrics = "^(ReplicationLatency|PendingReplicationCount)$", needs = ["TableName", "ReceivingRegion"] },
    ]
    "AWS/NATGateway" = [{ metrics = ".", needs = ["NatGatewayId"] }]
    # The names of what single shards send; a stream as a whole has `GetRecords.IteratorAgeMilliseconds` and the like.
    "AWS/Kinesis" = [{ metrics = "^(IteratorAgeMilliseconds|Outgoing(Bytes|Records))$", needs = ["StreamName", "ShardId"] }]
    "AWS/Kafka" = [
      { metrics = "^KafkaDataLogsDiskUsed$", needs = ["Cluster Name", "Broker ID"] },
      { metrics = "^(ActiveControllerCount|OfflinePartitionsCount|GlobalPartitionCount|CpuUser|CpuSystem|UnderReplicatedPartitions)$", needs = ["Cluster Name"] },
    ]
    "AWS/EFS" = [{ metrics = ".", needs = ["FileSystemId"] }]
    "AWS/S3" = [
      { metrics = "^(BucketSizeBytes|NumberOfObjects)$", needs = ["BucketName", "StorageType"] },
      { metrics = "^([45]xxErrors|(All|Get|Put|Head|Delete|Post|List)Requests|(FirstByte|TotalRequest)Latency)$", needs = ["BucketName", "FilterId"] },
    ]
  }
}

# The namespaces that these spellings hold in: elsewhere the same thing may be written otherwise (`CpuUtilization` of Amazon MQ).
define "metric_spelt_namespaces" {
  of = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_dashboard"]
  is = "^(AWS/(ApiGateway|ApplicationELB|AutoScaling|Backup|CloudFront|DynamoDB|EC2|ECS|EFS|ELB|ES|ElastiCache|Events|Firehose|Kafka|Kinesis|Lambda|NATGateway|NetworkELB|RDS|Route53|S3|SNS|SQS|States|VPN)|ECS/ContainerInsights)$"
}

# Names that are often written in other letters, by the name in small letters. CloudWatch compares them letter by letter.
define "metric_spellings" {
  of = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_dashboard"]
  is = {
    for name in [
      "ActiveConnectionCount", "ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesDelayed",
      "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesVisible", "BurstBalance", "BurstCreditBalance",
      "CPUCreditBalance", "CPUUtilization", "ConcurrentExecutions", "DatabaseConnections", "DatabaseMemoryUsagePercentage",
      "DiskQueueDepth", "Duration", "EngineCPUUtilization", "ErrorPortAllocation", "Errors", "Evictions", "ExecutionsAborted",
      "ExecutionsFailed", "ExecutionsTimedOut", "FreeStorageSpace", "FreeableMemory", "GroupInServiceInstances",
      "HTTPCode_ELB_4XX_Count", "HTTPCode_ELB_5XX_Count", "HTTPCode_Target_4XX_Count", "HTTPCode_Target_5XX_Count",
      "HealthCheckStatus", "HealthyHostCount", "IteratorAge", "MemoryUtilization", "NumberOfMessagesSent", "ReadIOPS", "ReadLatency",
      "ReadThrottleEvents", "ReplicaLag", "RequestCount", "RunningTaskCount", "StatusCheckFailed", "StatusCheckFailed_Instance",
      "StatusCheckFailed_System", "SwapUsage", "SystemErrors", "TargetResponseTime", "ThrottledRequests", "Throttles", "TunnelState",
      "UnHealthyHostCount", "WriteIOPS", "WriteLatency", "WriteThrottleEvents",
    ] : lower(name) => name
  }
}

# What filters of log groups send: metrics of one's own.
define "sent_metrics" {
  of = "aws_cloudwatch_metric_alarm"
  is = flatten([for f in resources("aws_cloudwatch_log_metric_filter") : default(f.metric_transformation, [])])
}

# Metrics that are often nearly named, by namespace: a name that is not among them and is one of them in the singular or plural, or its beginning or end, is
# taken for it. A name that is like none of these may be a metric that is not listed, or a new one. Taken on 2026-11-30: all of Lambda and SQS from stored
# copies of "Types of metrics for Lambda functions" and "Available CloudWatch metrics for Amazon SQS", of the others those that alarms are set on.
define "metric_names" {
  of = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_dashboard"]
  is = {
    "AWS/ApplicationELB" = [
      "ActiveConnectionCount", "ClientTLSNegotiationErrorCount", "HTTPCode_ELB_4XX_Count", "HTTPCode_ELB_5XX_Count",
      "HTTPCode_Target_4XX_Count", "HTTPCode_Target_5XX_Count", "HealthyHostCount", "RejectedConnectionCount", "RequestCount",
      "RequestCountPerTarget", "TargetConnectionErrorCount", "TargetResponseTime", "TargetTLSNegotiationErrorCount", "UnHealthyHostCount",
    ]
    "AWS/DynamoDB" = [
      "ConditionalCheckFailedRequests", "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits", "ProvisionedReadCapacityUnits",
      "ProvisionedWriteCapacityUnits", "ReadThrottleEvents", "ReplicationLatency", "SuccessfulRequestLatency", "SystemErrors",
      "ThrottledRequests", "TransactionConflict", "UserErrors", "WriteThrottleEvents",
    ]
    "AWS/Lambda" = [
      "AsyncEventAge", "AsyncEventsDropped", "AsyncEventsReceived", "CPUThrottles", "ClaimedAccountConcurrency", "CommitErrorCount",
      "CommittedEventCount", "ConcurrencyThrottles", "ConcurrentExecutions", "DeadLetterErrors", "DeletedEventCount",
      "DestinationDeliveryFailures", "DiskThrottles", "DroppedEventCount", "Duration", "Errors", "FailedInvokeEventCount",
      "FilteredOutEventCount", "Invocations", "InvokeErrorCount", "InvokedEventCount", "IteratorAge", "MaxOffsetLag", "MemoryThrottles",
      "OffsetLag", "OnFailureDestinationDeliveredEventCount", "OnFailureDestinationDeliveryErrorCount", "OversizedRecordCount",
      "PolledEventCount", "PollingErrorCount", "PostRuntimeExtensionsDuration", "ProvisionedConcurrencyInvocations",
      "ProvisionedConcurrencySpilloverInvocations", "ProvisionedConcurrencyUtilization", "ProvisionedConcurrentExecutions",
      "ProvisionedPollers", "RecursiveInvocationsDropped", "SchemaRegistryErrorCount", "SignatureValidationErrors", "SumOffsetLag",
      "Throttles", "UnreservedConcurrentExecutions",
    ]
    "AWS/RDS" = [
      "CPUCreditBalance", "CPUCreditUsage", "CPUUtilization", "DatabaseConnections", "DiskQueueDepth", "FreeLocalStorage",
      "FreeStorageSpace", "FreeableMemory", "ReadIOPS", "ReadLatency", "ReadThroughput", "ReplicaLag", "SwapUsage", "WriteIOPS",
      "WriteLatency", "WriteThroughput",
    ]
    "AWS/SNS" = [
      "NumberOfMessagesPublished", "NumberOfNotificationsDelivered", "NumberOfNotificationsFailed", "NumberOfNotificationsFilteredOut",
      "PublishSize",
    ]
    "AWS/SQS" = [
      "ApproximateAgeOfOldestMessage", "ApproximateAgeOfOldestMessageInQuietGroups", "ApproximateNumberOfGroupsWithInflightMessages",
      "ApproximateNumberOfMessagesDelayed", "ApproximateNumberOfMessagesDelayedInQuietGroups", "ApproximateNumberOfMessagesNotVisible",
      "ApproximateNumberOfMessagesNotVisibleInQuietGroups", "ApproximateNumberOfMessagesVisible",
      "ApproximateNumberOfMessagesVisibleInQuietGroups", "ApproximateNumberOfNoisyGroups", "NumberOfDeduplicatedSentMessages",
      "NumberOfEmptyReceives", "NumberOfMessagesDeleted", "NumberOfMessagesReceived", "NumberOfMessagesSent", "SentMessageSize",
    ]
    "AWS/States" = [
      "ActivitiesFailed", "ActivitiesTimedOut", "ExecutionThrottled", "ExecutionTime", "ExecutionsAborted", "ExecutionsFailed",
      "ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsTimedOut", "LambdaFunctionsFailed", "LambdaFunctionsTimedOut",
      "ServiceIntegrationsFailed", "ServiceIntegrationsTimedOut", "ThrottledEvents",
    ]
  }
}

# Dimensions that are often named in part (`Queue`), by namespace; none of them has another dimension that is the beginning or the end of one of these.
define "dimension_names" {
  of = "aws_cloudwatch_dashboard"
  is = {
    "AWS/ApplicationELB" = ["LoadBalancer", "TargetGroup"]
    "AWS/DynamoDB"       = ["TableName"]
    "AWS/ECS"            = ["ClusterName", "ServiceName"]
    "AWS/EFS"            = ["FileSystemId"]
    "AWS/Kinesis"        = ["StreamName"]
    "AWS/Lambda"         = ["FunctionName"]
    "AWS/NATGateway"     = ["NatGatewayId"]
    "AWS/RDS"            = ["DBClusterIdentifier", "DBInstanceIdentifier"]
    "AWS/SNS"            = ["TopicName"]
    "AWS/SQS"            = ["QueueName"]
    "AWS/States"         = ["StateMachineArn"]
  }
}

# Namespaces by their names in small letters, and those that are looked for under the name of the service.
define "namespace_spellings" {
  of = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_dashboard"]
  is = merge({ "aws/alb" = "AWS/ApplicationELB", "aws/nlb" = "AWS/NetworkELB", "aws/msk" = "AWS/Kafka", "aws/stepfunctions" = "AWS/States" }, {
    for name in [
      "AWS/ApiGateway", "AWS/ApplicationELB", "AWS/AutoScaling", "AWS/CloudFront", "AWS/DynamoDB", "AWS/EBS", "AWS/EC2", "AWS/ECS",
      "AWS/EFS", "AWS/ELB", "AWS/ES", "AWS/ElastiCache", "AWS/Events", "AWS/Firehose", "AWS/GatewayELB", "AWS/Kafka", "AWS/Kinesis",
      "AWS/Lambda", "AWS/NATGateway", "AWS/NetworkELB", "AWS/RDS", "AWS/Redshift", "AWS/Route53", "AWS/S3", "AWS/SNS", "AWS/SQS",
      "AWS/States", "AWS/VPN", "ECS/ContainerInsights",
    ] : lower(name) => name
  })
}

define "dimension_spellings" {
  of = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_dashboard"]
  is = {
    for name in [
      "ApiId", "ApiName", "AutoScalingGroupName", "BackupVaultName", "Broker ID", "BucketName", "CacheClusterId", "CacheNodeId",
      "CertificateArn", "ClientId", "Cluster Name", "ClusterName", "DBClusterIdentifier", "DBInstanceIdentifier", "DeliveryStreamName",
      "DistributionId", "DomainName", "EventBusName", "FileSystemId", "FilterId",
      "FunctionName", "HealthCheckId", "InstanceId", "LoadBalancer", "LoadBalancerName", "NatGatewayId", "QueueName", "RuleName",
      "ServiceName", "StateMachineArn", "StorageType", "StreamName", "TableName", "TargetGroup", "TopicName", "TunnelIpAddress",
      "VolumeId", "VpnId",
    ] : lower(name) => name
  }
}

# Metrics that are looked for in the wrong place, and where they are.
define "metric_homes" {
  of = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_dashboard"]
  is = {
    "AWS/EC2" = {
      MemoryUtilization    = "the CloudWatch agent in `CWAgent`, as `mem_used_percent`"
      DiskSpaceUtilization = "the CloudWatch agent in `CWAgent`, as `disk_used_percent`"
      DiskUtilization      = "the CloudWatch agent in `CWAgent`, as `disk_used_percent`"
      mem_used_percent     = "the CloudWatch agent in `CWAgent`"
      disk_used_percent    = "the CloudWatch agent in `CWAgent`"
    }
    "AWS/ECS" = {
      RunningTaskCount = "Container Insights in `ECS/ContainerInsights`"
      DesiredTaskCount = "Container Insights in `ECS/ContainerInsights`"
      PendingTaskCount = "Container Insights in `ECS/ContainerInsights`"
    }
    "AWS/Lambda" = {
      FailedInvocations = "rules of EventBridge in `AWS/Events`: here it is `Errors`"
      Timeouts          = "nobody: a function that runs out of time counts in `Errors`"
    }
    "AWS/RDS" = {
      MemoryUtilization  = "nobody: RDS has `FreeableMemory`"
      StorageUtilization = "nobody: RDS has `FreeStorageSpace`"
    }
    "AWS/ApplicationELB" = {
      HTTPCode_Backend_5XX    = "Classic Load Balancers: here it is `HTTPCode_Target_5XX_Count`"
      HTTPCode_Backend_4XX    = "Classic Load Balancers: here it is `HTTPCode_Target_4XX_Count`"
      HTTPCode_ELB_5XX        = "Classic Load Balancers: here it is `HTTPCode_ELB_5XX_Count`"
      Latency                 = "Classic Load Balancers: here it is `TargetResponseTime`"
      BackendConnectionErrors = "Classic Load Balancers: here it is `TargetConnectionErrorCount`"
    }
    "AWS/NetworkELB" = {
      HTTPCode_ELB_4XX_Count    = "Application Load Balancers in `AWS/ApplicationELB`: a Network Load Balancer sees connections"
      HTTPCode_ELB_5XX_Count    = "Application Load Balancers in `AWS/ApplicationELB`: a Network Load Balancer sees connections"
      HTTPCode_Target_4XX_Count = "Application Load Balancers in `AWS/ApplicationELB`: a Network Load Balancer sees connections"
      HTTPCode_Target_5XX_Count = "Application Load Balancers in `AWS/ApplicationELB`: a Network Load Balancer sees connections"
      RequestCount              = "Application Load Balancers in `AWS/ApplicationELB`: here it is `NewFlowCount`"
      TargetResponseTime        = "Application Load Balancers in `AWS/ApplicationELB`: a Network Load Balancer sees connections"
    }
    "AWS/ELB" = {
      HTTPCode_Target_5XX_Count = "Application Load Balancers: here it is `HTTPCode_Backend_5XX`"
      HTTPCode_ELB_5XX_Count    = "Application Load Balancers: here it is `HTTPCode_ELB_5XX`"
      TargetResponseTime        = "Application Load Balancers: here it is `Latency`"
    }
  }
}

# The greatest values that a statistic of a metric can have, as patterns of "namespace metric statistic". A metric that counts each request as
# 0 or 1 has an average and a maximum of at most 1, and a sum of any size.
define "metric_at_most" {
  of = "aws_cloudwatch_metric_alarm"
  is = {
    "1" = join("|", [
      "^AWS/EC2 StatusCheckFailed\\S* (Average|Minimum|Maximum)$",
      "^AWS/Route53 HealthCheckStatus (Average|Minimum|Maximum)$",
      "^AWS/VPN TunnelState (Average|Minimum|Maximum)$",
      "^AWS/DX ConnectionState (Average|Minimum|Maximum)$",
      "^AWS/ApiGateway ([45]XXError|[45]xx) (Average|Minimum|Maximum)$",
      "^AWS/ApplicationELB HTTPCode_(ELB|Target)_[45]XX_Count (Average|Minimum|Maximum)$",
      "^AWS/ES (ClusterStatus[.]\\S+|ClusterIndexWritesBlocked) (Average|Minimum|Maximum)$",
    ])
    "100" = join("|", [
      "^AWS/(EC2|RDS) CPUUtilization (Average|Minimum|Maximum|p\\S+)$",
      "^AWS/ElastiCache (EngineCPUUtilization|DatabaseMemoryUsagePercentage) (Average|Minimum|Maximum|p\\S+)$",
      "^AWS/EFS PercentIOLimit (Average|Minimum|Maximum)$",
      "^AWS/CloudFront \\S*ErrorRate Average$",
    ])
  }
}

# Counts and shares: no value of theirs is below 0.
define "metric_never_negative" {
  of = "aws_cloudwatch_metric_alarm"
  is = "^(AWS/(SQS|Lambda|ApplicationELB|NetworkELB|ELB|States|ApiGateway|DynamoDB|EC2|ECS|AutoScaling|NATGateway|SNS|Kinesis|CloudFront|Events|Firehose|Backup|EFS|Scheduler|VPN|Route53|ES)|ECS/ContainerInsights)$"
}

# What is left of a disk or of memory, in bytes.
define "metric_in_bytes" {
  of = "aws_cloudwatch_metric_alarm"
  is = "^AWS/((RDS|DocDB|Neptune) (FreeStorageSpace|FreeLocalStorage|FreeableMemory)|ElastiCache FreeableMemory)$"
}

# Metrics that are sent only while there is something to count: no data means that nothing went wrong.
define "metric_only_on_events" {
  of = "aws_cloudwatch_metric_alarm"
  is = {
    "AWS/ApplicationELB" = "^(HTTPCode_|RejectedConnectionCount$|TargetConnectionErrorCount$|ClientTLSNegotiationErrorCount$|TargetTLSNegotiationErrorCount$)"
  }
}

# Metrics that say how much is alive: where they stop, nothing is.
define "metric_of_life" {
  of = "aws_cloudwatch_metric_alarm"
  is = "^(HealthyHostCount|RunningTaskCount|GroupInServiceInstances|GroupInServiceCapacity|HealthCheckStatus|TunnelState|ConnectionState|Nodes|ActiveControllerCount)$"
}

# Seconds between two values of metrics that are sent more seldom than each minute.
define "metric_intervals" {
  of = "aws_cloudwatch_metric_alarm"
  is = {
    "AWS/S3"                 = [{ metrics = "^(BucketSizeBytes|NumberOfObjects)$", seconds = 86400 }]
    "AWS/Billing"            = [{ metrics = "^EstimatedCharges$", seconds = 14400 }]
    "AWS/CertificateManager" = [{ metrics = "^DaysToExpiry$", seconds = 43200 }]
  }
}

# What a dashboard draws: a line of a widget is namespace, metric, names and values of dimensions, and options. `.` stands for what the line before
# has at this place, and `...` for all that it has there.
define "shown_metrics" {
  of = "aws_cloudwatch_dashboard"
  is = flatten([
    for w in try(jsondecode(self.dashboard_body).widgets, []) : [
      for lines in [try(w.properties.metrics, [])] : [
        for i, line in lines : {
          namespace  = line[0] == "." ? reverse([for l in slice(lines, 0, i) : l[0] if l[0] != "." && l[0] != "..." && can(tostring(l[0]))])[0] : line[0]
          name       = line[1]
          dimensions = [for j, part in line : part if j > 1 && j % 2 == 0 && can(tostring(part)) && part != "." && part != "..."]
          values = {
            for j, part in line : part => line[j + 1]
            if j > 1 && j % 2 == 0 && can(tostring(part)) && part != "." && part != "..." && (attribute(line[j + 1]) != null || line[j + 1] != ".")
          }
        } if can(tostring(line[0])) && line[0] != "..." && line[1] != "." && line[1] != "..."
      ]
    ]
  ])
}
